"""Telegram's Bot API as a strict machine, its doors, and the chat page. Knows nothing of the bot."""
