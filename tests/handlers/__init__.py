"""Doors, buttons and screens."""
