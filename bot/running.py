"""`stridecheck run`: the real bot, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import timedelta

from telegram.error import InvalidToken

from bot import greeting, logs, opening
from bot.alone import alone
from bot.app import House
from bot.clock import Clock
from bot.meter import Meter
from bot.neighbours import Neighbours
from bot.pulse import PartEndedError
from bot.settings import Settings, SettingsError
from bot.standstill import Standstill
from bot.systemd import STOPPING, Systemd, Watchman
from content import reading
from storage.database import Database
from storage.ledger import LedgerError

log = logs.get("run")

REFUSED = "Telegram does not know this BOT_TOKEN. Cure: ask @BotFather for it again (/mybots, API Token)"


def prepare(settings: Settings) -> Database:
    """The database, its schema up to date. An empty one is filled; an old one is left to `stridecheck migrate`."""
    database, state = opening.reach(settings)
    if state == "empty":
        from storage import migrate  # noqa: PLC0415 - Alembic takes 11 MB, and only an empty database needs it

        migrate.upgrade(database)
    elif state in opening.BAD_SCHEMAS:
        raise SettingsError(opening.BAD_SCHEMAS[state])
    return opening.unlocked(database)


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


def meter_of(settings: Settings) -> Meter:
    """Counts where somebody may ask; else nothing is counted, and its library is not even read."""
    if settings.door is None:
        return Meter()
    from bot.metrics import Metrics  # noqa: PLC0415 - as it says

    return Metrics()


@contextlib.contextmanager
def reporting(settings: Settings) -> Iterator[None]:
    """What goes wrong meanwhile is told to Sentry as well, if it is set; what ends the bot is logged by its place."""
    if settings.sentry_dsn is not None:
        from bot import reports  # noqa: PLC0415 - an extra: most have not installed it

        reports.begin(settings.sentry_dsn.plain)
    try:
        yield
    except SettingsError:
        raise
    except Exception as error:
        log.error("an error ends the bot", error=logs.place(error))
        if isinstance(error, PartEndedError):
            raise
        raise PartEndedError("running", error) from error  # whose own words may hold what must not be printed
    finally:
        if settings.sentry_dsn is not None:
            reports.end()


async def _run(settings: Settings, clock: Clock) -> None:
    database, meter = prepare(settings), meter_of(settings)
    house = House(
        token=settings.bot_token.plain,
        database=database,
        clock=clock,
        api_url=settings.telegram_api_url.rstrip("/"),
        admins=settings.admin_ids,
        kept=timedelta(days=settings.retention_days),
        operator=settings.operator,
        ledger=settings.ledger,
        neighbours=neighbours_of(database),
        meter=meter,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        with Standstill(asyncio.get_running_loop(), lagged=meter.lagged).watched():
            await _serve(house, settings, stop)
    finally:
        database.close()


async def _serve(house: House, settings: Settings, stop: asyncio.Event) -> None:
    """Until a part ends, which is an error, or `stop` is set. A start that hangs is left at once, too."""
    systemd = Systemd()
    systemd.tell("STATUS=starting: looks into the database, then waits until Telegram answers")
    working = asyncio.create_task(_work(house, settings, systemd))
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
        systemd.tell(STOPPING, "STATUS=stopping: what is under way is finished")
        await house.stop()
    log.info("stopped")


async def _work(house: House, settings: Settings, systemd: Systemd) -> None:
    """Start, and work until a part ends; who asks at LISTEN is answered meanwhile."""
    await house.begin(poll=settings.webhook_url is None)
    keep_what_is_there()
    log.info("running", version=house.packs.live[1].version, pack=house.packs.live[1].id)
    async with _listening(house, settings) as serving:
        watchman = Watchman(systemd, house.readiness, house.pulse)
        await _until_one_fails(house.wait(), _greet(house, settings), watchman.run(), *serving)


def keep_what_is_there() -> None:
    """The content, the statements and all else that a start leaves in memory stays, and is not looked through again.

    A search for garbage stops every thread: through all of it, a third of a second on a busy machine.
    """
    reading.forget()
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def _listening(house: House, settings: Settings) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Ask and be answered: how it is, always; updates, with a webhook. Nothing is opened without LISTEN."""
    if settings.door is None:
        yield []
        return
    from bot import asked, listening, scraping, webhook  # noqa: PLC0415 - a web server is wanted only where somebody may ask

    routes = [*asked.routes(house.readiness), scraping.route(house, settings.backup_folder)]
    if settings.webhook_url is not None:
        routes.append(webhook.route(house.intake, settings.secret))
    async with listening.served(listening.build_app(routes), listening.bind(settings.door)) as serving:
        yield [serving]


async def _greet(house: House, settings: Settings) -> None:
    """Telegram learns the address when somebody listens there, and the menu afterwards."""
    if settings.webhook_url is not None:
        from bot import webhook  # noqa: PLC0415 - as above

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
