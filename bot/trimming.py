"""What of a press nobody reads is left out before PTB makes objects of it: a quarter of what the loop did for a press.

A pressed message comes with its whole keyboard. Only that it has one matters here (handlers/register.py).
"""

from __future__ import annotations

from typing import Any


def trimmed(update: Any) -> Any:  # noqa: ANN401 - any JSON; what is no update is none of ours
    """The update, which is changed; whatever is not shaped as a press is left for PTB to look at."""
    query = update.get("callback_query") if isinstance(update, dict) else None
    message = query.get("message") if isinstance(query, dict) else None
    if isinstance(message, dict):
        message.pop("entities", None)
        if message.get("reply_markup"):
            message["reply_markup"] = {"inline_keyboard": []}
    return update
