"""The machine is as strict as Telegram: the real PTB Bot over both doors."""
