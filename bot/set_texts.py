"""What is written for a setting -> its value. A ValueError says why not, in words that follow the setting's name.

No such word holds what was written: it may be a secret in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot import logs
from bot.logs import TOKEN
from storage.crypto import KeysError, Ring

LONGEST_LINE = 100
SECRET_LENGTH, SECRET_LETTERS = 16, 8
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is not printed by mistake."""

    plain: str = field(repr=False)


def database(text: str) -> str:
    """An address that SQLAlchemy knows, of a database that we know."""
    try:
        backend = make_url(text).drivername
    except ArgumentError as error:
        raise ValueError("is not a database address") from error
    if backend not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError(f"names {backend}; only sqlite and postgresql+psycopg are served")
    return text


def keys(text: str) -> Secret:
    """A ring of keys."""
    try:
        Ring.parse(text)
    except KeysError as error:
        raise ValueError(str(error)) from error
    return Secret(text)


def token(text: str) -> Secret:
    """A bot's token."""
    number, colon, secret = text.partition(":")
    if not (number.isdigit() and colon and len(secret) >= 30):
        raise ValueError("does not look like a bot token (digits, a colon, then 35 letters and digits)")
    return Secret(text)


def file(text: str) -> Path:
    """A file that is there, or may be made."""
    path = Path(text)
    if path.is_dir() or not path.absolute().parent.is_dir() or TOKEN.search(text):
        raise ValueError("is not a file in a folder that is there")
    return path


def folder(text: str) -> Path:
    """A folder that is there, or may be made."""
    if Path(text).is_file() or TOKEN.search(text):
        raise ValueError("is no folder")
    return Path(text)


def level(text: str) -> str:
    """Of logging."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("is no level of logging")
    return text.upper()


def form(text: str) -> str:
    """Of a line of the log."""
    if text.lower() not in {"", logs.TEXT, logs.JSON}:
        raise ValueError("is no form of a line")
    return text.lower()


def dsn(text: str) -> Secret:
    """Where Sentry takes reports."""
    if not re.fullmatch(r"https?://\w+@[\w.:-]+/(\S+/)?\d+", text):
        raise ValueError("is not a DSN of Sentry's")
    if find_spec("sentry_sdk") is None:
        raise ValueError("is set, but what talks to Sentry is not installed")
    return Secret(text)


def line(text: str) -> str:
    """One line, for people to read."""
    if len(text) > LONGEST_LINE or not text.strip().isprintable():
        raise ValueError("is no single line, or is too long")
    if TOKEN.search(text):
        raise ValueError("would show everybody a bot's token")
    return text.strip()


def address(text: str) -> str:
    """Of something in the web."""
    if not re.fullmatch(r"https?://[^/\s]+\S*", text):
        raise ValueError("is not a web address")
    return text


def sealed_address(text: str) -> str:
    """The same, by https: what people answer must not travel in plain. To this machine itself it does not travel."""
    parts = urlsplit(address(text))
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("is not https")
    return text


def webhook_secret(text: str) -> Secret:
    """Of the signs that Telegram allows, and not to be guessed."""
    if not re.fullmatch("[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("has other characters than Telegram allows")
    if len(text) < SECRET_LENGTH or len(set(text)) < SECRET_LETTERS:
        raise ValueError("can be guessed")
    return Secret(text)


def door(text: str) -> str:
    """A host and a port."""
    host, _, port = text.rpartition(":")
    if not (host and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError("is not a host and a port")
    return text


def ids(text: str) -> frozenset[int]:
    """Numbers with commas between."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() for part in parts):
        raise ValueError("must be numbers (a username is no id)")
    return frozenset(int(part) for part in parts)


def between(low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    """A number of this kind that is neither lower nor higher."""

    def number(text: str) -> float:
        try:
            found = kind(text)
        except ValueError:
            raise ValueError("is not a number" if kind is float else "is not a whole number") from None
        if not low <= found <= high:
            raise ValueError(f"is not between {low} and {high}")
        return found

    return number


READ: Mapping[str, Callable[[str], object]] = {
    "database_url": database,
    "encryption_keys": keys,
    "erasure_ledger": file,
    "backup_folder": folder,
    "log_level": level,
    "log_format": form,
    "sentry_dsn": dsn,
    "bot_token": token,
    "telegram_api_url": address,
    "admin_ids": ids,
    "webhook_url": sealed_address,
    "webhook_secret": webhook_secret,
    "listen": door,
    "retention_days": between(1, 3650, int),
    "operator_name": line,
    "operator_contact": line,
    "privacy_url": address,
    "time_scale": between(1e-6, 100_000, float),
}
