"""What people live through in the chat: the real bot, real databases, the strict simulator, a clock moved by hand."""
