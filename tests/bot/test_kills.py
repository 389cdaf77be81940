"""The bot as a real process, killed where it hurts: people get what they were owed, and no more."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from content.episode import Pressed
from storage import episodes
from storage.database import Database
from storage.tables import EventRow, FollowUpRow
from tests.bot.process import PATIENCE_S, Process, Someone, Spawn, a_webhook, process
from tests.bot.tools import until
from tests.keys import RING

T = TypeVar("T")
QUICK_S = 10
TO_THE_EMERGENCY = ("None of these", "None of these", "Cold and white or blue", "Done (1 ticked)")
# The commit is over and the process waits for Telegram: which database holds the row makes no difference any more. What
# does differ, the commit itself and taking the row up again, is tested on both.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SLOW_COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 60000000) SELECT count(*) FROM c"


@pytest.fixture
async def bot(database_url: str, tmp_path: Path, warm: Spawn) -> AsyncIterator[Process]:
    """Started, and asking for updates."""
    async with process(database_url, tmp_path, warm) as made:
        await made.start()
        await made.until_polling()
        yield made


@pytest.fixture
async def ana(bot: Process) -> Someone:
    """At the first question."""
    person = Someone(bot, 7)
    await person.meet()
    await bot.until_all_is_said()
    return person


def looked_up(bot: Process, work: Callable[[Session], T]) -> T:
    """What is sealed in the bot's database."""
    database = Database(bot.url, ring=RING)
    found = database.run_now(work)
    database.close()
    return found


def presses(bot: Process) -> list[str]:
    """What the database remembers of the first check."""
    found = looked_up(bot, lambda session: episodes.events(session, 1))
    return [event.option for _, event in found if isinstance(event, Pressed)]


def follow_up(bot: Process, step: str) -> int:
    """The number of the follow-up of this step."""
    rows = looked_up(bot, lambda session: [(row.id, row.key) for row in session.scalars(select(FollowUpRow))])
    return next(number for number, key in rows if key.endswith(f"/{step}"))


# --- at the commit ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def turns_that_do_not_end(bot: Process, when: str) -> Iterator[None]:
    """The database itself takes its time: at a turn's last insert, or (PostgreSQL) inside its COMMIT."""
    if bot.is_sqlite:
        bot.run(f"CREATE TRIGGER slow AFTER INSERT ON outbox BEGIN {SLOW_COUNT}; END")
    else:
        bot.run(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'",
            f"CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON outbox {when} FOR EACH ROW EXECUTE FUNCTION slow()",
        )
    yield
    if bot.is_sqlite:
        bot.run("DROP TRIGGER slow")
    else:
        bot.run("DROP TRIGGER slow ON outbox", "DROP FUNCTION slow")


def is_busy(bot: Process) -> bool:
    """Is a transaction of the bot's inside the slow trigger?"""
    if not bot.is_sqlite:
        return bool(bot.scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
    with bot.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=300")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            return True
        connection.exec_driver_sql("ROLLBACK")
        return False


async def killed_in_a_turn(bot: Process, ana: Someone, when: str) -> None:
    with turns_that_do_not_end(bot, when):
        ana.tap("None of these")
        await until(lambda: is_busy(bot), PATIENCE_S)
        await bot.end()
        await until(lambda: not is_busy(bot), PATIENCE_S)
    await bot.start()
    await ana.reads("Is any of these new")
    await until(lambda: not bot.telegram.unanswered(), PATIENCE_S)
    await bot.until_all_is_said()
    assert presses(bot) == ["=none"]
    assert not bot.telegram.refused()


async def test_a_kill_just_before_the_commit_loses_no_press_and_doubles_none(bot: Process, ana: Someone) -> None:
    await killed_in_a_turn(bot, ana, "")


async def test_a_kill_inside_the_commit_loses_no_press_and_doubles_none(
    postgres_url: str, tmp_path: Path, warm: Spawn
) -> None:
    """PostgreSQL finishes a COMMIT whose client has died: the press is known already when Telegram brings it again."""
    async with process(postgres_url, tmp_path, warm) as bot:
        await bot.start()
        ana = Someone(bot, 7)
        await ana.meet()
        await killed_in_a_turn(bot, ana, "DEFERRABLE INITIALLY DEFERRED")


# --- between commit and send ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after_work", "most"), [(False, 1), (True, 2)], ids=["not_sent", "perhaps_sent"])
async def test_a_kill_between_commit_and_send_owes_the_message(
    bot: Process, ana: Someone, after_work: bool, most: int
) -> None:
    await ana.press(*TO_THE_EMERGENCY[:-1])
    await bot.until_all_is_said()
    bot.telegram.fault(method="sendMessage", hang_s=60, after_work=after_work)
    ana.tap(TO_THE_EMERGENCY[-1])
    await bot.until_struck("sendMessage")
    await bot.again()
    await ana.reads("EMERGENCY NOW")
    await bot.until_all_is_said()
    assert 1 <= ana.count("EMERGENCY NOW") <= most


@on_sqlite
@pytest.mark.parametrize("after_work", [False, True], ids=["not_sent", "perhaps_sent"])
async def test_a_question_is_shown_once_wherever_the_kill_was(bot: Process, ana: Someone, after_work: bool) -> None:
    bot.telegram.fault(method="editMessageText", hang_s=60, after_work=after_work)
    messages = len(ana.from_bot)
    ana.tap("None of these")
    await bot.until_struck("editMessageText")
    await bot.again()
    await ana.reads("Is any of these new")
    await bot.until_all_is_said()
    assert len(ana.from_bot) == messages
    assert presses(bot) == ["=none"]


@on_sqlite
async def test_a_press_is_answered_after_a_kill_before_its_answer(bot: Process, ana: Someone) -> None:
    bot.telegram.fault(method="answerCallbackQuery", hang_s=60)
    ana.tap("None of these")
    await bot.until_struck("answerCallbackQuery")
    await bot.again()
    await until(lambda: not bot.telegram.unanswered(), PATIENCE_S)


# --- at any moment ----------------------------------------------------------------------------------------------------


async def test_kills_at_any_moment_lose_nothing(bot: Process, ana: Someone) -> None:
    """Five people tick boxes while the bot is killed again and again."""
    chance, people = random.Random(11), [ana, *(Someone(bot, 100 + number) for number in range(4))]
    for person in people[1:]:
        await person.meet()
    wanted = dict[int, list[str]]()
    for lap in range(6):
        for person in people:
            message_id, data = person.button("None of these") or (0, "")
            press = f"{'+-'[lap % 2]}chest_breath_faint"
            person.telegram.tap(person.user_id, message_id, data.rpartition(".")[0] + f".{press}")
            wanted.setdefault(person.user_id, []).append(press)
        await asyncio.sleep(chance.uniform(0, 0.5))
        await bot.again()
        await asyncio.sleep(chance.uniform(0.8, 2.5))
    await until(lambda: not bot.telegram.unanswered(), PATIENCE_S)
    await bot.until_all_is_said()
    events = looked_up(bot, lambda session: [row.event for row in session.scalars(select(EventRow))])
    kept = len([each for each in events if "chest_breath_faint" in str(each)])
    assert kept == sum(map(len, wanted.values())) == 30
    assert bot.scalar("SELECT count(*) FROM outbox WHERE state = 'dead'") == 0
    assert [person.count("Right now") for person in people] == [1] * 5
    assert not bot.is_sqlite or bot.scalar("PRAGMA integrity_check") == "ok"


# --- follow-ups and downtime ------------------------------------------------------------------------------------------


async def test_a_reminder_due_in_an_hour_of_downtime_arrives_once_and_one_too_old_does_not(
    bot: Process, ana: Someone
) -> None:
    await ana.press(*TO_THE_EMERGENCY)
    await ana.reads("EMERGENCY NOW")
    await bot.until_all_is_said()
    assert bot.scalar("SELECT count(*) FROM follow_ups WHERE state = 'planned'") == 2
    await bot.end()
    now = datetime.now(UTC)
    ago, later = bot.moment(now - timedelta(minutes=50)), bot.moment(now + timedelta(minutes=5))
    m10, m60 = follow_up(bot, "m10"), follow_up(bot, "m60")
    bot.run(f"UPDATE follow_ups SET due_at = :ago, expires_at = :ago WHERE id = {m10}", ago=ago)  # noqa: S608 - a number
    bot.run(f"UPDATE follow_ups SET due_at = :ago, expires_at = :later WHERE id = {m60}", ago=ago, later=later)  # noqa: S608 - a number
    await bot.start()
    await ana.reads("Have you called for help")
    await bot.until_all_is_said()
    await bot.again()
    await bot.until_polling()
    await bot.until_all_is_said()
    assert ana.count("Have you called for help") == 1
    assert bot.scalar(f"SELECT state FROM follow_ups WHERE id = {m10}") == "missed"  # noqa: S608 - a number
    assert bot.scalar(f"SELECT state FROM follow_ups WHERE id = {m60}") == "sent"  # noqa: S608 - a number


async def test_a_kill_while_a_reminder_is_sent_loses_it_not(bot: Process, ana: Someone) -> None:
    await ana.press(*TO_THE_EMERGENCY)
    await ana.reads("EMERGENCY NOW")
    await bot.until_all_is_said()
    bot.telegram.fault(method="sendMessage", hang_s=60)
    await bot.end()
    now = datetime.now(UTC)
    m10 = follow_up(bot, "m10")
    bot.run(f"UPDATE follow_ups SET due_at = :now WHERE id = {m10}", now=bot.moment(now))  # noqa: S608 - a number
    await bot.start()
    await bot.until_struck("sendMessage")
    await bot.again()
    await ana.reads("Have you called for help")
    await bot.until_all_is_said()
    assert ana.count("Have you called for help") == 1


@on_sqlite
async def test_a_blocked_person_gets_nothing_more(bot: Process, ana: Someone) -> None:
    await ana.press(*TO_THE_EMERGENCY)
    await ana.reads("EMERGENCY NOW")
    await bot.until_all_is_said()
    bot.telegram.block(ana.user_id)
    await until(lambda: bot.scalar("SELECT blocked_at FROM people") is not None, PATIENCE_S)
    bot.run("UPDATE follow_ups SET due_at = :now", now=bot.moment(datetime.now(UTC)))
    calls = len(bot.telegram.journal)
    await bot.again()
    await bot.until_polling()
    await until(lambda: any(call.method == "setMyCommands" for call in bot.telegram.journal[calls:]), PATIENCE_S)
    await asyncio.sleep(0.5)
    told = {"sendMessage", "editMessageText", "editMessageReplyMarkup"}
    assert not [call for call in bot.telegram.journal[calls:] if call.method in told]


# --- a friendly end ---------------------------------------------------------------------------------------------------


async def test_sigterm_under_load_ends_quickly_and_loses_nothing(bot: Process, ana: Someone) -> None:
    people = [Someone(bot, 100 + number) for number in range(30)]
    for person in people:
        person.says("/start")
    ana.tap("None of these")
    code, seconds = await bot.end(signal.SIGTERM)
    assert (code, seconds < QUICK_S) == (0, True)
    await bot.start()
    await until(lambda: all(person.from_bot for person in people), PATIENCE_S)
    await ana.reads("Is any of these new")
    await bot.until_all_is_said()
    assert [len(person.from_bot) for person in people] == [1] * 30, "nothing is said twice either"
    assert not bot.telegram.unanswered()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_idle_bot_ends_at_once(sqlite_url: str, tmp_path: Path, number: int) -> None:
    """`stridecheck run` as a shell starts it; elsewhere here a warm parent saves the imports."""
    async with process(sqlite_url, tmp_path) as bot:
        await bot.start()
        await bot.until_polling()
        code, seconds = await bot.end(number)
        assert (code, seconds < QUICK_S / 2) == (0, True)


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery"])
async def test_a_telegram_that_does_not_answer_does_not_keep_it(
    sqlite_url: str, tmp_path: Path, warm: Spawn, method: str
) -> None:
    async with process(sqlite_url, tmp_path, warm) as bot:
        await bot.start()
        ana = Someone(bot, 7)
        await ana.meet()
        await bot.until_all_is_said()
        bot.telegram.fault(method=method, hang_s=60)
        ana.tap("Emergency numbers" if method == "sendMessage" else "None of these")
        await bot.until_struck(method)
        code, seconds = await bot.end(signal.SIGTERM)
        assert (code, seconds < QUICK_S) == (0, True)
        await bot.start()
        await bot.until_polling()
        await bot.until_all_is_said()
        assert not bot.telegram.unanswered()


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setMyCommands"])
async def test_a_telegram_that_does_not_answer_at_the_start_does_not_keep_it_either(
    sqlite_url: str, tmp_path: Path, warm: Spawn, method: str
) -> None:
    async with process(sqlite_url, tmp_path, warm) as bot:
        bot.telegram.fault(method=method, hang_s=60)
        await bot.start()
        await bot.until_struck(method)
        code, seconds = await bot.end(signal.SIGTERM)
        assert (code, seconds < QUICK_S) == (0, True)


async def test_a_bot_with_a_webhook_listens_and_ends_as_cleanly(sqlite_url: str, tmp_path: Path, warm: Spawn) -> None:
    here, environment = a_webhook()
    async with process(sqlite_url, tmp_path, warm) as bot:
        bot.environment = {**environment, "WEBHOOK_URL": here}
        await bot.start()
        await until(lambda: bot.telegram.webhook, PATIENCE_S)
        await Someone(bot, 7).meet()
        code, seconds = await bot.end(signal.SIGTERM)
        assert (code, seconds < QUICK_S) == (0, True)
        assert not bot.calls("getUpdates")


async def test_a_webhook_that_telegram_refuses_ends_it_with_an_error(
    sqlite_url: str, tmp_path: Path, warm: Spawn
) -> None:
    """Better no bot than one that looks well and hears nothing."""
    _, environment = a_webhook()
    async with process(sqlite_url, tmp_path, warm) as bot:
        bot.telegram.fault(method="setWebhook", error_code=400, description="Bad Request: bad webhook")
        bot.environment = {**environment, "WEBHOOK_URL": "https://example.org"}
        await bot.start()
        assert await bot.exits() != 0
