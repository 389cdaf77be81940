"""No log line tells a secret: no token, no name, no answer, no word that somebody typed; at DEBUG too."""

from __future__ import annotations

import ast
import asyncio
import json
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import TelegramError

from bot import logs
from bot.listening import build_app
from bot.transport import sending
from bot.webhook import PATH, SECRET_HEADER, route
from simulator.http import build_app as build_telegram
from simulator.inprocess import InProcessRequest
from storage.tables import EpisodeRow, OutboxRow
from tests.bot.process import Someone, Spawn, a_webhook, process
from tests.bot.test_systemd import Listener
from tests.bot.tools import Outage, Sink, served, until
from tests.world import Chat, World

FIRST_NAME = "Zyxwvutine"
TYPED = "my secretive toe tingles since Thursday"
SECRET = "canary_secret_of_the_webhook"
HEADERS = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
ANSWERS = {
    "g_life": ["none"], "g_spine": ["none"], "g_limb": ["none"], "g_urgent": ["none"], "g_fluid_heat": ["none"],
    "sym": ["burning", "tingling"], "where": ["toes_ball"], "side": ["one"], "when": ["fixed_point"], "ease": ["le30"],
    "dur": ["lt2w"], "trend": ["same"], "impact": ["mild"], "trigger": ["shoes_laces", "forefoot_pebble"],
    "relief": ["shoe_off"], "look": ["normal"], "injury": ["none"], "bg": ["none"], "extra": ["none"],
    "age": ["a40_59"], "score0": ["7"],
}  # fmt: skip
PLACE = 48.20849, 16.37208
TELLING = (
    "burning",
    "toes_ball",
    "fixed_point",
    "forefoot_pebble",
    "shoe_off",
    "a40_59",
    "neuroma",
    "FU-NEUROMA",
    "g_life",
)


@pytest.fixture
async def loud_world(sink: Sink, world: World) -> AsyncIterator[World]:
    """A world that logs as the product does, and tells nothing."""
    yield world
    keeps_secrets(world, sink)


def keeps_secrets(world: World, sink: Sink) -> None:
    labels = [world.words["questions"][name]["ask"] for name in ANSWERS]
    secrets = (world.telegram.token, world.telegram.token.partition(":")[2], FIRST_NAME, TYPED, SECRET, "4300000000")
    for secret in (*secrets, *map(str, PLACE), *TELLING, *labels):
        told = [line for line in sink.lines if secret in line]
        assert not told, (secret, told[:3])
    for line in sink.lines[1::2]:
        said = json.loads(line)
        assert tuple(said)[:4] == logs.FIRST
        assert said["timestamp"].endswith("Z")
        assert said.keys() <= logs.ALLOWED


async def a_whole_story(world: World) -> Chat:
    """From the first word to an answered check-in."""
    chat = world.person(FIRST_NAME)
    await chat.begin()
    await chat.says(TYPED)
    world.telegram.share_location(chat.user_id, *PLACE)
    await chat.answers(ANSWERS)
    await world.later(days=4)
    for _ in range(6):
        if (asked := chat.asked) is None:
            break
        question = world.pack.questions[asked]
        await chat.answer(*(sorted(question.alone)[:1] or [question.option_ids[0]]))
    return chat


def spoil_episodes(session: Session) -> None:
    """A state that is full of answers, and wrong."""
    for row in session.scalars(select(EpisodeRow)):
        row.data = {"question": "sym", "burning": "toes_ball", "form": TYPED}


def spoil_letters(session: Session) -> None:
    for row in session.scalars(select(OutboxRow).where(OutboxRow.state == "waiting")):
        row.say = {"kind": f"neuroma {TYPED}", "values": {"burning": "toes_ball"}}


# --- what is logged ---------------------------------------------------------------------------------------------------


async def test_a_whole_story_leaves_no_trace(loud_world: World, sink: Sink) -> None:
    await a_whole_story(loud_world)
    logging.getLogger("anything").debug("the sink hears at DEBUG")
    assert "the sink hears at DEBUG" in sink


async def test_a_failing_turn_is_told_by_place_only(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    loud_world.house.database.run_now(spoil_episodes)
    await chat.press("None of these")
    assert "a turn failed" in sink
    assert "storage/episodes.py:" in sink, "the operator sees where"


async def test_a_letter_that_cannot_be_drawn_is_told_by_place_only(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    loud_world.telegram.send_text(chat.user_id, "/help")
    await loud_world.house.intake.poll_once(0)
    loud_world.house.database.run_now(spoil_letters)
    await loud_world.settle()
    assert "a letter cannot be written" in sink


async def test_a_poisoned_follow_up_is_told_by_number_only(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    await chat.answers(ANSWERS)
    loud_world.house.database.run_now(spoil_episodes)
    loud_world.clock.push(timedelta(days=4))
    await loud_world.house.sweep()
    assert "a follow-up cannot be taken" in sink


@pytest.mark.parametrize("words", [f"Forbidden: {TYPED}", f"Bad Request: {TYPED}"])
async def test_what_telegram_says_is_not_repeated(loud_world: World, sink: Sink, words: str) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    loud_world.telegram.fault(method="editMessageText", error_code=400, description=words)
    await chat.press("None of these")
    assert "a call failed" in sink


async def test_an_update_that_cannot_be_read_is_not_repeated(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    loud_world.telegram.send_unknown(chat.user_id, "message", {"message_id": 1, "text": TYPED})
    await loud_world.settle()
    assert "an update cannot be read" in sink


async def test_an_answer_that_cannot_be_read_is_not_repeated(loud_world: World, sink: Sink) -> None:
    class Garbled(InProcessRequest):
        async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
            code, payload = await super().do_request(*args, **kwargs)
            return code, payload[:-1]

    chat = loud_world.person(FIRST_NAME)
    loud_world.telegram.send_text(chat.user_id, TYPED)
    with pytest.raises(TelegramError):
        await Bot(loud_world.telegram.token, get_updates_request=Garbled(loud_world.telegram)).get_updates()
    assert "Can not load invalid JSON data" in sink


async def test_a_broken_network_is_told_without_the_address(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    loud_world.telegram.fault(times=3, cut=True)
    chat.tap(*chat.find("None of these"))
    task = asyncio.create_task(loud_world.house.intake.run())
    await asyncio.sleep(0.1)
    loud_world.house.intake.stop()
    await task
    await loud_world.house.catch_up()
    assert "cannot take updates now" in sink or "cannot leave the webhook" in sink


async def test_a_database_that_is_away_is_told_without_its_address(
    loud_world: World, sink: Sink, outage: Outage
) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    chat.tap(*chat.find("None of these"))
    outage.begin()
    task = asyncio.create_task(loud_world.house.intake.run())
    await asyncio.sleep(0.3)
    loud_world.house.intake.stop()
    await task
    outage.end()
    await loud_world.settle()
    assert "cannot take updates now" in sink
    assert loud_world.url not in sink


async def test_a_statement_that_fails_does_not_show_its_values(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    database = loud_world.house.database
    database.run_now(lambda session: session.execute(text("ALTER TABLE events RENAME COLUMN sealed_event TO gone")))
    chat.tap(*chat.find("None of these"))
    task = asyncio.create_task(loud_world.house.intake.run())
    await asyncio.sleep(0.3)
    loud_world.house.intake.stop()
    await task
    database.run_now(lambda session: session.execute(text("ALTER TABLE events RENAME COLUMN gone TO sealed_event")))
    await loud_world.settle()
    assert "ProgrammingError" in sink or "OperationalError" in sink


async def test_a_bad_webhook_body_is_not_repeated(loud_world: World) -> None:
    transport = httpx.ASGITransport(build_app([route(loud_world.house.intake, SECRET)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as door:
        await door.post(PATH, content=f'{{"{TYPED}'.encode(), headers=HEADERS)
        await door.post(PATH, json={"update_id": 1, "message": TYPED}, headers=HEADERS)
        await door.post(PATH, json={"update_id": 1, "message": TYPED}, headers={SECRET_HEADER: f"{SECRET}x"})


async def test_a_real_connection_does_not_show_the_token(loud_world: World) -> None:
    """httpx tells every address it calls at INFO, and the address holds the token."""
    token = loud_world.telegram.token
    async with served(build_telegram(loud_world.telegram)) as address:
        request = sending()
        await request.initialize()
        status, _ = await request.do_request(f"{address}/bot{token}/getMe", "POST")
        assert status == 200
        await request.shutdown()


# --- from outside: all that a real process writes ---------------------------------------------------------------------


async def test_a_real_process_writes_no_secret_either(sqlite_url: str, tmp_path: Path, warm: Spawn) -> None:
    async with process(sqlite_url, tmp_path, warm) as bot:
        await bot.start()
        ana = Someone(bot, 7, FIRST_NAME)
        await ana.meet()
        ana.says(TYPED)
        await ana.reads("Here is the question again")
        await bot.until_all_is_said()
        bot.telegram.fault(times=4, cut=True)
        await ana.press("None of these", "None of these", "Cold and white or blue", "Done (1 ticked)")
        await ana.reads("EMERGENCY NOW")
        await bot.end(signal.SIGTERM)
        lines = bot.log.read_text()
    assert "running" in lines
    assert '"level": "debug"' in lines
    for secret in (bot.telegram.token.partition(":")[2], FIRST_NAME, TYPED, "cold_white", "EMERGENCY", "g_limb"):
        assert secret not in lines


async def test_a_refused_token_is_not_shown(sqlite_url: str, tmp_path: Path, warm: Spawn) -> None:
    """PTB's own words for it hold the whole token."""
    wrong = "7654321:AAHcanarycanarycanarycanarycanary00"
    async with process(sqlite_url, tmp_path, warm) as bot:
        bot.environment = {"BOT_TOKEN": wrong}
        await bot.start()
        assert await bot.exits() == 1
        lines = bot.log.read_text()
    assert "BOT_TOKEN" in lines
    assert wrong.partition(":")[2] not in lines
    assert "Traceback" not in lines


async def test_the_webhook_of_a_real_process_writes_no_secret(sqlite_url: str, tmp_path: Path, warm: Spawn) -> None:
    here, environment = a_webhook()
    told = Listener(str(tmp_path / "notify"))
    async with process(sqlite_url, tmp_path, warm) as bot:
        bot.environment = {**environment, "WEBHOOK_URL": here, "WEBHOOK_SECRET": SECRET, "LOG_FORMAT": "text"}
        bot.environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        await bot.start()
        await until(lambda: bot.telegram.webhook, 40)
        await until(lambda: "READY=1" in told.heard(), 40)
        async with httpx.AsyncClient(base_url=here) as client:
            for body in (TYPED, f'{{"update_id": 1, "message": "{TYPED}"}}', "[" * 100_000):
                await client.post(f"{PATH}?{TYPED}", content=body, headers=HEADERS)
            await client.get(f"/{TYPED}")
            figures = (await client.get("/metrics")).text
        await bot.end(signal.SIGTERM)
        assert "STOPPING=1" in [line for _ in range(99) for line in told.heard()]
        told.door.close()
        lines = bot.log.read_text()
    assert "running" in lines
    assert 'stridecheck_telegram_calls_total{method="setWebhook",outcome="ok"} 1.0' in figures
    for secret in (SECRET, TYPED, "secretive", bot.telegram.token.partition(":")[2]):
        assert secret not in lines + figures


# --- what anybody may throw at the log --------------------------------------------------------------------------------


def throw() -> None:
    raise ValueError(TYPED)


async def test_an_exception_is_logged_without_its_words(loud_world: World, sink: Sink) -> None:
    try:
        throw()
    except ValueError:
        logging.getLogger("library").exception("something broke")
    assert "something broke (ValueError at bot/test_logs.py" in sink


async def test_of_what_a_library_says_in_many_lines_the_first_is_told(loud_world: World, sink: Sink) -> None:
    """uvicorn writes a traceback as a message."""
    logging.getLogger("library").error("Traceback (most recent call last):\n  ...\nValueError: %s\n", TYPED)
    assert "Traceback (most recent call last):" in sink


async def test_a_token_in_anybodys_line_is_taken_out(loud_world: World, sink: Sink) -> None:
    token = loud_world.telegram.token
    logging.getLogger("library").warning("GET https://api.telegram.org/bot%s/getMe", token)
    logging.getLogger("library").error("failed: %s", ValueError(token))
    assert "[token]" in sink


async def test_a_line_that_cannot_be_put_together_is_told_without_its_words(
    loud_world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """logging itself would print the arguments."""
    for form in (logs.TEXT, logs.JSON):
        handler = logs.Handler()
        handler.setFormatter(logs.formatter(form))
        handler.handle(logging.LogRecord("library", logging.INFO, "", 0, "%d toes", (TYPED,), None))
    told = capsys.readouterr().err
    assert told.count("a line cannot be written") == 2
    assert TYPED not in told


async def test_a_word_that_is_no_known_field_is_left_out(loud_world: World, sink: Sink) -> None:
    logs.get("ours").error("something", option="burning", text=TYPED, count=3)
    assert "count=3" in sink


def said_by_us() -> Iterator[tuple[Path, ast.keyword]]:
    """Every field of every line that our own code logs."""
    house = Path(__file__).parents[2]
    for path in (path for room in ("bot", "handlers", "storage", "simulator") for path in (house / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("log"))):
                    yield from ((path, each) for each in node.keywords)


def test_no_line_of_ours_loses_a_field_to_the_filter() -> None:
    """An operator would read that something was removed, or is wrong, and not what."""
    fields = list(said_by_us())
    assert len(fields) > 20
    assert not [(path.name, each.arg) for path, each in fields if each.arg not in logs.ALLOWED]


async def test_what_was_removed_is_told_with_its_counts(loud_world: World, sink: Sink) -> None:
    chat = loud_world.person(FIRST_NAME)
    await chat.begin()
    await loud_world.later(days=8)
    await loud_world.house.retaining.work()
    assert any("removed what was old" in line and "kind=unfinished count=1" in line for line in sink.lines)


async def test_a_task_that_nobody_waited_for_does_not_tell_why_it_failed(loud_world: World, sink: Sink) -> None:
    """asyncio prints the exception into its line, words and all."""

    async def fail() -> None:
        throw()

    task = asyncio.create_task(fail())
    await asyncio.sleep(0.01)
    del task
    assert "Task exception was never retrieved" in sink
