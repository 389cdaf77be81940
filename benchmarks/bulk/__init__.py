"""A message to very many: ours and python-telegram-bot's own limiter before the same strict server."""
