"""State machines: whatever is done in whatever order, what must hold holds."""
