"""Conversations saved in the chat page, played again."""
