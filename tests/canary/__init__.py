"""Marked names, answers and a marked token go through everything; then every sink is searched for them."""
