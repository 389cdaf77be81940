"""Rows and transactions: plain functions that take a Session, run whole in a worker thread."""
