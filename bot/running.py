"""`stridecheck run`: the real bot, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken

from bot import greeting, listening, logs, webhook
from bot.alone import alone
from bot.app import House
from bot.clock import Clock
from bot.neighbours import Neighbours
from bot.settings import DatabaseSettings, Settings, SettingsError
from bot.standstill import Standstill
from storage import migrate
from storage.crypto import KeysError
from storage.database import Database
from storage.ledger import LedgerError

log = logs.get("run")

REFUSED = "Telegram does not know this BOT_TOKEN. Cure: ask @BotFather for it again (/mybots, API Token)"


BAD_SCHEMAS = {
    "empty": "The database is empty. Cure: type: stridecheck migrate",
    "behind": "The database has an older schema. Cure: make a copy of it, then type: stridecheck migrate",
    "unknown": "The database was made by a newer Stride Check. Cure: run that version, or restore a copy",
}


def prepare(settings: Settings) -> Database:
    """The database, its schema up to date. An empty one is filled; an old one is left to `stridecheck migrate`."""
    database, state = reach(settings)
    if state == "empty":
        migrate.upgrade(database)
    elif state in BAD_SCHEMAS:
        raise SettingsError(BAD_SCHEMAS[state])
    return unlocked(database)


def look_into(settings: DatabaseSettings) -> Database:
    """The bot's database as it is: nothing is made by looking. Raises SettingsError when there is none to look into."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise SettingsError(f"There is no database {url.database}. Cure: set DATABASE_URL to the one of the bot")
    database, state = reach(settings)
    if state in BAD_SCHEMAS:
        raise SettingsError(BAD_SCHEMAS[state])
    return unlocked(database)


def unlocked(database: Database) -> Database:
    """The same, once its keys are known to be right. Raises SettingsError when they are another database's."""
    try:
        database.unlock()
    except KeysError as error:
        database.close()
        raise SettingsError(str(error)) from None
    return database


def reach(settings: DatabaseSettings) -> tuple[Database, str]:
    """The database and the state of its schema. Raises SettingsError when nobody answers there."""
    database = Database(settings.database_url, ring=settings.ring)
    try:
        return database, migrate.state(database.engine)
    except SQLAlchemyError as error:
        why = type(error).__name__
        raise SettingsError(
            f"The database cannot be reached ({why}). Cure: check DATABASE_URL, and that the server runs"
        ) from None


async def run(settings: Settings) -> None:
    """Start, wait for the end, stop gracefully. Raises AlreadyRunningError, and SettingsError for what is wrong."""
    clock = Clock(scale=settings.time_scale)
    with alone(settings.database_url, clock.now()):
        await _run(settings, clock)


def neighbours_of(database: Database) -> Neighbours:
    """The other processes on the same database: only PostgreSQL can have some."""
    if database.is_sqlite:
        return Neighbours()
    from bot.line import Line  # noqa: PLC0415 - its library is wanted by nobody else

    return Line(database)


async def _run(settings: Settings, clock: Clock) -> None:
    database = prepare(settings)
    house = House(
        token=settings.bot_token.get_secret_value(),
        database=database,
        clock=clock,
        api_url=settings.telegram_api_url.rstrip("/"),
        admins=settings.admin_ids,
        kept=timedelta(days=settings.retention_days),
        operator=settings.operator,
        ledger=settings.ledger,
        neighbours=neighbours_of(database),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        with Standstill(asyncio.get_running_loop()).watched():
            await _serve(house, settings, stop)
    finally:
        database.close()


async def _serve(house: House, settings: Settings, stop: asyncio.Event) -> None:
    """Until a part ends, which is an error, or `stop` is set. A start that hangs is left at once, too."""
    working = asyncio.create_task(_work(house, settings))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    except InvalidToken:
        raise SettingsError(REFUSED) from None  # the error's own words hold the token
    except LedgerError as error:
        raise SettingsError(str(error)) from None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
        await house.stop()
    log.info("stopped")


async def _work(house: House, settings: Settings) -> None:
    """Start, and work until a part ends; who asks at LISTEN is answered meanwhile."""
    await house.begin(poll=settings.webhook_url is None)
    keep_what_is_there()
    log.info("running", version=house.packs.live[1].version, pack=house.packs.live[1].id)
    async with _listening(house, settings) as serving:
        await _until_one_fails(house.wait(), _greet(house, settings), *serving)


def keep_what_is_there() -> None:
    """The content, the statements and all else that a start leaves in memory stays, and is not looked through again.

    A search for garbage stops every thread: through all of it, a third of a second on a busy machine.
    """
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def _listening(house: House, settings: Settings) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Ask and be answered: how it is, always; updates, with a webhook. Nothing is opened without LISTEN."""
    if settings.door is None:
        yield []
        return
    routes = house.readiness.routes()
    if settings.webhook_url is not None:
        routes.append(webhook.route(house.intake, settings.secret))
    async with listening.served(listening.build_app(routes), listening.bind(settings.door)) as serving:
        yield [serving]


async def _greet(house: House, settings: Settings) -> None:
    """Telegram learns the address when somebody listens there, and the menu afterwards."""
    if settings.webhook_url is not None:
        await webhook.announce(house.application.bot, settings.webhook_url, settings.secret)
    await greeting.introduce(house.application.bot, house.admins)


async def _until_one_fails(*works: Awaitable[None]) -> None:
    """Raises what the first of them raises; one that is done leaves the others at work."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        await asyncio.gather(*done)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
