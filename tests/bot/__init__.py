"""Wiring, intake, delivery, time, logs and doors of the running bot."""
