"""Wiring, time, sending, and the commands an operator types."""
