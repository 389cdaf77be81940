"""Echo bots, as each library's own first page has them: a press is answered and its message edited, nothing is kept."""
