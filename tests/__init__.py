"""Tests that speak chat: the real Application, real tables, the strict simulator, a hand-moved clock."""
