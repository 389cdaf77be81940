"""What the operator sets, read from the environment (and a .env file). A wrong value says which, why and the cure."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot import logs
from bot.logs import TOKEN
from handlers.screens import Operator
from storage import ledger
from storage.crypto import KeysError, Ring
from storage.ledger import Ledger

S = TypeVar("S", bound="DatabaseSettings")

LONGEST_LINE = 100
TELEGRAM = "https://api.telegram.org"
WEBHOOK_LISTENS = "127.0.0.1:8080"
SECRET_LENGTH, SECRET_LETTERS = 16, 8
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

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


class DatabaseSettings(BaseSettings):
    """What the commands need that only look into the database."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: str = "sqlite:///stridecheck.db"
    encryption_keys: SecretStr
    erasure_ledger: Path | None = None
    backup_folder: Path | None = None
    log_level: str = "INFO"
    log_format: str = ""
    sentry_dsn: SecretStr | None = None

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            backend = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError("is not a database address") from error
        if backend not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError(f"names {backend}; only sqlite and postgresql+psycopg are served")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        try:
            Ring.parse(value.get_secret_value())
        except KeysError as error:
            raise ValueError(str(error)) from error
        return value

    @property
    def ring(self) -> Ring:
        """The keys that people's data is sealed with."""
        return Ring.parse(self.encryption_keys.get_secret_value())

    @property
    def ledger(self) -> Ledger:
        """Where it is noted who was erased: beside an SQLite file, unless another place is set."""
        return Ledger(self.erasure_ledger) if self.erasure_ledger else ledger.beside(self.database_url)

    @field_validator("erasure_ledger")
    @classmethod
    def _file(cls, value: Path | None) -> Path | None:
        if value is not None and (value.is_dir() or not value.absolute().parent.is_dir() or TOKEN.search(str(value))):
            raise ValueError("is not a file in a folder that is there")
        return value

    @field_validator("backup_folder")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and (value.is_file() or TOKEN.search(str(value))):
            raise ValueError("is no folder")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("is no level of logging")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _form(cls, value: str) -> str:
        if value.lower() not in {"", logs.TEXT, logs.JSON}:
            raise ValueError("is no form of a line")
        return value.lower()

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"https?://\w+@[\w.:-]+/(\S+/)?\d+", value.get_secret_value()):
            raise ValueError("is not a DSN of Sentry's")
        if value is not None and find_spec("sentry_sdk") is None:
            raise ValueError("is set, but what talks to Sentry is not installed")
        return value


class Settings(DatabaseSettings):
    """The environment of `stridecheck run`."""

    bot_token: SecretStr
    telegram_api_url: str = TELEGRAM
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = Field(default=None)
    listen: str | None = None
    retention_days: int = Field(default=90, ge=1, le=3650)
    operator_name: str = ""
    operator_contact: str = ""
    privacy_url: str | None = None
    time_scale: float = Field(default=1.0, gt=0, le=100_000)

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        number, colon, secret = value.get_secret_value().partition(":")
        if not (number.isdigit() and colon and len(secret) >= 30):
            raise ValueError("does not look like a bot token (digits, a colon, then 35 letters and digits)")
        return value

    @property
    def door(self) -> str | None:
        """Where to listen: nowhere, unless it is set, or a webhook wants it."""
        return self.listen or (WEBHOOK_LISTENS if self.webhook_url else None)

    @property
    def secret(self) -> str:
        """The webhook's, in plain."""
        return self.webhook_secret.get_secret_value() if self.webhook_secret else ""

    @property
    def operator(self) -> Operator:
        """Who runs the bot, as they want to be named."""
        return Operator(self.operator_name, self.operator_contact, self.privacy_url or "", self.retention_days)

    @field_validator("operator_name", "operator_contact")
    @classmethod
    def _line(cls, value: str) -> str:
        if len(value) > LONGEST_LINE or not value.strip().isprintable():
            raise ValueError("is no single line, or is too long")
        if TOKEN.search(value):
            raise ValueError("would show everybody a bot's token")
        return value.strip()

    @field_validator("telegram_api_url", "webhook_url", "privacy_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^/\s]+\S*", value):
            raise ValueError("is not a web address")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _sealed(cls, value: str | None) -> str | None:
        """What people answer must not travel in plain; to this machine itself it does not travel."""
        if value is not None and urlsplit(value).scheme != "https" and urlsplit(value).hostname not in LOOPBACK:
            raise ValueError("is not https")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and "webhook_url" in info.data and info.data["webhook_url"] is None:
            return None
        if value is None:
            raise ValueError("is missing, and WEBHOOK_URL needs it")
        if not re.fullmatch("[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("has other characters than Telegram allows")
        word = value.get_secret_value()
        if len(word) < SECRET_LENGTH or len(set(word)) < SECRET_LETTERS:
            raise ValueError("can be guessed")
        return value

    @field_validator("listen")
    @classmethod
    def _listens(cls, value: str | None) -> str | None:
        host, _, port = (value or WEBHOOK_LISTENS).rpartition(":")
        if not (host and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("is not a host and a port")
        return value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _admins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isdigit() for part in parts):
            raise ValueError("must be numbers (a username is no id)")
        return frozenset(int(part) for part in parts)


class _Keys(BaseSettings):
    model_config = DatabaseSettings.model_config

    encryption_keys: SecretStr = SecretStr("")


def read_keys() -> Ring | None:
    """The keys that are set, if they can be read, whatever else is set."""
    try:
        return Ring.parse(_Keys().encryption_keys.get_secret_value())
    except KeysError:
        return None


def read() -> Settings:
    """The settings of this environment. Raises SettingsError naming every wrong one with its cure."""
    return _read(Settings)


def read_database() -> DatabaseSettings:
    """The same, for commands that need no token."""
    return _read(DatabaseSettings)


def _read(kind: type[S]) -> S:
    try:
        nothing: dict[str, Any] = {}
        return kind(**nothing)  # pydantic-settings fills the fields from the environment
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(each) for each in error.errors())) from None


def _sentence(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 - pydantic's own shape
    name = str(error["loc"][0]).upper()
    why = "is missing" if error["type"] == "missing" else str(error["msg"]).removeprefix("Value error, ")
    return f"{name} {why}. Cure: {CURES.get(name, 'see .env.example')}"
