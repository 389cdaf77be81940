"""Seeded random walks through the whole bot."""
