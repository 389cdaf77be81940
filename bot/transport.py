"""PTB's request objects, with limits and time-outs that do not stall, and what a failed call means."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

POLL_S = 30

GONE = ("bot was blocked by the user", "user is deactivated", "bot can't initiate conversation", "chat not found",
        "peer_id_invalid", "bot was kicked")  # fmt: skip
DONE_ALREADY = ("message is not modified", "query is too old", "query id is invalid")
UNEDITABLE = ("message to edit not found", "message can't be edited", "message_edit_time_expired",
              "message_id_invalid", "there is no text in the message to edit")  # fmt: skip


class Failure(Enum):
    """What a failed call to Telegram means for what was to be said."""

    DONE = "done"  # it is so already: success in disguise
    UNEDITABLE = "uneditable"  # send it as a new message instead
    GONE = "gone"  # nobody is there: blocked, deleted, never met
    WAIT = "wait"  # Telegram said how long
    AGAIN = "again"  # never sent, or nobody knows: try again
    HOPELESS = "hopeless"  # this message will never be accepted


def failure(error: TelegramError) -> Failure:
    """The meaning of an error. BadRequest is a NetworkError to PTB, so the order matters."""
    text = str(error).lower()
    if isinstance(error, RetryAfter):
        return Failure.WAIT
    if isinstance(error, BadRequest | Forbidden):
        if any(words in text for words in DONE_ALREADY):
            return Failure.DONE
        if any(words in text for words in UNEDITABLE):
            return Failure.UNEDITABLE
        return Failure.GONE if any(words in text for words in GONE) else Failure.HOPELESS
    if isinstance(error, ChatMigrated):
        return Failure.GONE
    if isinstance(error, NetworkError | InvalidToken):
        return Failure.AGAIN
    return Failure.AGAIN


def was_never_sent(error: TelegramError) -> bool:
    """Did the connection fail before Telegram could have seen the call?"""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def sending() -> BaseRequest:
    """For calls: many at once, patient with a slow answer, never waiting long for a connection."""
    return HTTPXRequest(connection_pool_size=64, connect_timeout=10, read_timeout=30, write_timeout=30, pool_timeout=10)


def polling() -> BaseRequest:
    """For getUpdates: a pool of its own, larger than one, so that a broken poll cannot occupy it for ever.

    PTB adds the seconds of the long poll to `read_timeout`: a poll that hangs is given up after 40 s.
    """
    return HTTPXRequest(connection_pool_size=8, connect_timeout=10, read_timeout=10, write_timeout=30, pool_timeout=10)
