"""What `stridecheck try` lends to the page: a bot that dies and comes back, snapshots, a look inside, news."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.author import Author
from bot.clock import HandClock
from bot.sandbox import Sandbox
from content.shipped import FIRST_PACK

ROBIN, ANA = 1001, 1002
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    built = Sandbox(tmp_path, FIRST_PACK, HandClock(MORNING), message_every_s=0)
    await built.start()
    yield built
    await built.stop()


async def _settled(sandbox: Sandbox) -> None:
    async with asyncio.timeout(20):
        while sandbox.telegram.waiting() or not await sandbox.idle():  # noqa: ASYNC110 - two programs at once
            await asyncio.sleep(0.01)


async def _press(sandbox: Sandbox, *labels: str) -> None:
    for label in labels:
        sandbox.telegram.press(ROBIN, label)
        await _settled(sandbox)


async def test_a_killed_bot_answers_after_it_came_back_and_says_nothing_twice(sandbox: Sandbox) -> None:
    sandbox.telegram.send_text(ROBIN, "/start")
    await sandbox.kill(0.2)
    assert sandbox.about()["alive"] is False
    await sandbox.advance(60)
    await _settled(sandbox)
    assert [each.from_bot for each in sandbox.telegram.chat(ROBIN)] == [False, True]
    assert sandbox.clock.now() == MORNING + timedelta(minutes=1)


async def test_a_bot_comes_back_while_telegram_is_away(sandbox: Sandbox) -> None:
    sandbox.telegram.fault(name="down", cut=True, times=None)
    killing = asyncio.create_task(sandbox.kill(0))
    await asyncio.sleep(0.7)
    sandbox.telegram.clear_faults("down")
    await killing
    sandbox.telegram.send_text(ROBIN, "/start")
    await _settled(sandbox)
    assert sandbox.telegram.chat(ROBIN)[-1].from_bot


async def test_a_snapshot_keeps_the_bots_side_and_its_clock(sandbox: Sandbox) -> None:
    sandbox.telegram.send_text(ROBIN, "/start")
    await _settled(sandbox)
    ours, theirs = sandbox.telegram.snapshot(), await sandbox.keep()
    for _ in range(2):
        await _press(sandbox, "Continue")
        await sandbox.advance(3600)
        sandbox.telegram.restore(ours)
        await sandbox.bring_back(theirs)
        assert sandbox.clock.now() == MORNING
        assert "Continue" in [each.text for row in sandbox.telegram.chat(ROBIN)[-1].keyboard for each in row]


async def test_inside_one_sees_the_open_question_and_the_outbox(sandbox: Sandbox) -> None:
    assert "has not met" in (await sandbox.inside(ROBIN))["sections"][0]["empty"]
    sandbox.telegram.send_text(ROBIN, "/start")
    await _settled(sandbox)
    await _press(sandbox, "Continue", "09:00", "London, United Kingdom", "16 or older", "I agree", "Start a check")
    found = {each["title"]: each["rows"] for each in (await sandbox.inside(ROBIN))["sections"]}
    assert found["Current question"][0]["name"] == "g_life"
    assert {row["text"] for row in found["Outbox"]} == {"sent"}
    assert (await sandbox.clock_state())["zones"]["1001"]["quiet_from"] == "22:00"


def test_an_author_hears_what_changed_and_what_is_wrong_and_the_last_good_pack_stays(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(FIRST_PACK, folder)
    author = Author(folder)
    words = folder / "en.yaml"
    text = words.read_text("utf-8")
    assert not author.look()
    words.write_text(text + "\n# a remark\n", "utf-8")
    assert author.look()
    assert author.news.changes == ("only comments or layout",)
    words.write_text(text.replace("questions:", "qestions:", 1), "utf-8")
    assert author.look()
    assert author.news.problems[0].startswith("en.yaml:")
    assert author.files["en.yaml"].endswith(b"# a remark\n")
    (folder / "pack.yaml").unlink()
    assert author.look()
    assert author.news.problems


async def test_the_ready_spanish_person_is_greeted_in_spanish(sandbox: Sandbox) -> None:
    sandbox.telegram.send_text(ANA, "/start")
    await _settled(sandbox)
    greeting = sandbox.telegram.chat(ANA)[-1]
    assert "no un diagnóstico" in greeting.text
    assert [button.text for row in greeting.keyboard for button in row] == [
        "Continuar",
        "Números de emergencia",
        "English",
    ]
