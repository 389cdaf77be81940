"""What the operator sets, read from the environment (and a .env file). A wrong value says which, why and the cure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values

from bot.set_texts import READ, Secret
from handlers.screens import Operator
from storage import ledger
from storage.crypto import KeysError, Ring
from storage.ledger import Ledger

S = TypeVar("S", bound="DatabaseSettings")

TELEGRAM = "https://api.telegram.org"
WEBHOOK_LISTENS = "127.0.0.1:8080"

CURES = {
    "BOT_TOKEN": "ask @BotFather in Telegram for one (/newbot), then type: export BOT_TOKEN=123456:ABC...",
    "DATABASE_URL": "for one machine: sqlite:///stridecheck.db; else postgresql+psycopg://user:password@host/name",
    "ENCRYPTION_KEYS": "for a new database type: stridecheck keys new; for one that has data set the keys it has",
    "ADMIN_IDS": "numeric Telegram ids with commas between: export ADMIN_IDS=11111111,22222222",
    "TIME_SCALE": "1 for real use; 600 makes ten minutes pass in a second",
    "TELEGRAM_API_URL": f"leave it out for Telegram itself ({TELEGRAM})",
    "LOG_LEVEL": "one of DEBUG, INFO, WARNING, ERROR",
    "LOG_FORMAT": "text or json, or leave it out: text at a terminal, else json",
    "SENTRY_DSN": "copy it from your project in Sentry, and: pip install 'stridecheck[sentry]'; or leave it out",
    "WEBHOOK_URL": "the public https address that Telegram should call, or leave it out to poll",
    "WEBHOOK_SECRET": "16 to 256 letters, digits, _ or - that nobody can guess; type: openssl rand -hex 24",
    "RETENTION_DAYS": "whole days, from 1 to 3650: how long a closed check is kept",
    "LISTEN": "host:port, such as 0.0.0.0:8080",
    "ERASURE_LEDGER": "a file in a folder that is there, outside what is backed up with the database",
    "BACKUP_FOLDER": "a folder that is there and that we may write in, at best not on the database's own disk",
    "OPERATOR_NAME": "one line of at most 100 characters, as people should read it in /privacy",
    "OPERATOR_CONTACT": "one line of at most 100 characters: an email address, or where else people may write to",
    "PRIVACY_URL": "the web address of your privacy policy, or leave it out",
}


class SettingsError(ValueError):
    """A setting is missing or wrong; the message says which, why and what to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """What the commands need that only look into the database."""

    database_url: str = field(default="sqlite:///stridecheck.db", repr=False)  # it may hold a password
    encryption_keys: Secret
    erasure_ledger: Path | None = None
    backup_folder: Path | None = None
    log_level: str = "INFO"
    log_format: str = ""
    sentry_dsn: Secret | None = None

    @property
    def ring(self) -> Ring:
        """The keys that people's data is sealed with."""
        return Ring.parse(self.encryption_keys.plain)

    @property
    def ledger(self) -> Ledger:
        """Where it is noted who was erased: beside an SQLite file, unless another place is set."""
        return Ledger(self.erasure_ledger) if self.erasure_ledger else ledger.beside(self.database_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(DatabaseSettings):
    """The environment of `stridecheck run`."""

    bot_token: Secret
    telegram_api_url: str = TELEGRAM
    admin_ids: frozenset[int] = frozenset()
    webhook_url: str | None = None
    webhook_secret: Secret | None = None
    listen: str | None = None
    retention_days: int = 90
    operator_name: str = ""
    operator_contact: str = ""
    privacy_url: str | None = None
    time_scale: float = 1.0

    @property
    def door(self) -> str | None:
        """Where to listen: nowhere, unless it is set, or a webhook wants it."""
        return self.listen or (WEBHOOK_LISTENS if self.webhook_url else None)

    @property
    def secret(self) -> str:
        """The webhook's, in plain."""
        return self.webhook_secret.plain if self.webhook_secret else ""

    @property
    def operator(self) -> Operator:
        """Who runs the bot, as they want to be named."""
        return Operator(self.operator_name, self.operator_contact, self.privacy_url or "", self.retention_days)


def read_keys() -> Ring | None:
    """The keys that are set, if they can be read, whatever else is set."""
    try:
        return Ring.parse(_given().get("encryption_keys", ""))
    except KeysError:
        return None


def read() -> Settings:
    """The settings of this environment. Raises SettingsError naming every wrong one with its cure."""
    return _read(Settings)


def read_database() -> DatabaseSettings:
    """The same, for commands that need no token."""
    return _read(DatabaseSettings)


def _read(kind: type[S]) -> S:
    given = _given()
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for each in fields(kind):
        try:
            if each.name in given:
                found[each.name] = READ[each.name](given[each.name])
            else:
                _look_if_missing(each, given)
        except ValueError as why:
            wrong.append(f"{each.name.upper()} {why}. Cure: {CURES[each.name.upper()]}")
    if wrong:
        raise SettingsError("\n".join(wrong))
    return kind(**found)


def _look_if_missing(setting: Field[Any], given: Mapping[str, str]) -> None:
    if setting.default is MISSING:
        raise ValueError("is missing")
    if setting.name == "webhook_secret" and "webhook_url" in given:
        raise ValueError("is missing, and WEBHOOK_URL needs it")


def _given() -> dict[str, str]:
    """Everything that is set to something, by its name in small letters; the environment wins over the file."""
    both = (*dotenv_values(".env").items(), *os.environ.items())
    return {name.lower(): value for name, value in both if value}
