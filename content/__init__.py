"""What to ask and what follows from it: pure functions over frozen records, no Telegram, no database, no clock."""
