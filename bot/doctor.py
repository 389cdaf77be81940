"""`stridecheck doctor`: token, database, keys, content, clock: what is wrong, and the cure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import asking
from bot.settings import Settings, SettingsError, read
from content.load import PackError
from storage import migrate
from storage.crypto import KeysError
from storage.database import Database
from storage.ledger import LedgerError

PATIENCE_S = 10
MOST_SKEW_S = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `cure` is None when it is well."""

    about: str
    what: str
    cure: str | None = None


SCHEMAS = {
    "current": Finding("database", "is up to date"),
    "empty": Finding("database", "is empty, and will be filled at the first run"),
    "behind": Finding("database", "has an older schema", "make a copy, then type: stridecheck migrate"),
    "unknown": Finding("database", "was made by a newer version", "run that version, or restore a copy"),
}


def examine(pack_of: Callable[[], object]) -> Iterator[Finding]:
    """Look at everything; each failure is explained and does not hide the next."""
    yield _content(pack_of)
    try:
        settings = read()
    except SettingsError as error:
        yield Finding("settings", "cannot be used", f"mend these.\n{error}")
        return
    yield from _database(settings)
    yield _ledger(settings)
    yield _operator(settings)
    yield _readiness(settings)
    yield from _telegram(settings)


def _content(pack_of: Callable[[], object]) -> Finding:
    try:
        pack_of()
    except PackError as error:
        return Finding("content", "the pack has mistakes", str(error))
    return Finding("content", "the pack is sound")


def _database(settings: Settings) -> Iterator[Finding]:
    """Its schema, and whether the keys are its keys."""
    file = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite") and not Path(file or "").is_file():
        yield Finding("database", "is not there yet, and will be made at the first run")
        return
    database = Database(settings.database_url, ring=settings.ring)
    try:
        state = migrate.state(database.engine)
        yield SCHEMAS[state]
        if state == "current":
            database.unlock()
            yield Finding("keys", "open the database")
    except SQLAlchemyError as error:
        cure = "check DATABASE_URL, and that the server runs"
        yield Finding("database", f"cannot be reached ({type(error).__name__})", cure)
    except KeysError as error:
        what, _, cure = str(error).partition(" Cure: ")
        yield Finding("keys", what, cure)
    finally:
        database.close()


def _ledger(settings: Settings) -> Finding:
    """Looking makes no file: the first run does."""
    ledger = settings.ledger
    if ledger.path is None:
        cure = "set ERASURE_LEDGER to a file that is not backed up with the database"
        return Finding("erasures", "would be lost when an older backup is restored", cure)
    try:
        noted = len(ledger.read())
    except LedgerError as error:
        what, _, cure = str(error).partition(" Cure: ")
        return Finding("erasures", what, cure or "let the bot read it")
    if not os.access(ledger.path if ledger.path.exists() else ledger.path.absolute().parent, os.W_OK):
        return Finding("erasures", f"cannot be noted in {ledger.path}", "let the bot write there")
    return Finding("erasures", f"are noted in {ledger.path}, {noted} so far")


def _operator(settings: Settings) -> Finding:
    missing = [name for name in ("operator_name", "operator_contact") if not getattr(settings, name)]
    if not missing:
        return Finding("operator", f"{settings.operator_name} is named in /privacy")
    cure = f"set {' and '.join(each.upper() for each in missing)}: people must know who has their data"
    return Finding("operator", "/privacy does not say who runs this bot and how to reach them", cure)


def _readiness(settings: Settings) -> Finding:
    """Whether the bot runs just now is not the doctor's business: it may be asked before the first start."""
    if settings.door is None:
        return Finding("readiness", "cannot be asked for; set LISTEN=127.0.0.1:8080 to have a bot that polls answer")
    return Finding("readiness", f"can be asked for at {asking.place(settings.door)} while the bot runs")


def _telegram(settings: Settings) -> Iterator[Finding]:
    """Ask Telegram who we are. The address holds the token, so no error text is passed on."""
    url = f"{settings.telegram_api_url.rstrip('/')}/bot{settings.bot_token.get_secret_value()}/getMe"
    try:
        answer = httpx.get(url, timeout=PATIENCE_S)
        body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        cure = "check the network, a proxy, and TELEGRAM_API_URL"
        yield Finding("Telegram", f"cannot be reached ({type(error).__name__})", cure)
        return
    if not body.get("ok"):
        yield Finding("token", "Telegram does not know it", "ask @BotFather for the token again and set BOT_TOKEN")
        return
    yield Finding("token", f"belongs to @{body['result'].get('username', '?')}")
    yield _clock(answer.headers.get("date"))


def _clock(date: str | None) -> Finding:
    if not date:
        return Finding("clock", "Telegram did not say the time, so it was not compared")
    skew_s = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    if skew_s > MOST_SKEW_S:
        return Finding("clock", f"is {skew_s:.0f} seconds off Telegram's", "set this machine's clock (NTP)")
    return Finding("clock", "agrees with Telegram's")
