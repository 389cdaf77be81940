"""Telegram in, one turn, screen out."""
