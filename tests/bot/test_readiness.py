"""Whoever asks learns whether the bot does its work: part by part, and nothing about anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot import asked, asking
from bot.listening import build_app
from bot.pulse import LONGEST_S, PartEndedError, Pulse
from bot.standstill import LONGEST_S as LONGEST_STANDSTILL_S
from bot.standstill import Standstill
from bot.webhook import PATH, SECRET_HEADER, route
from tests.bot.tools import Outage, until
from tests.world import World

PROMISED_S = 90
SECRET = "a-long_random-word"


class Hand:
    """Real seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@asynccontextmanager
async def asking_at(world: World) -> AsyncIterator[httpx.AsyncClient]:
    routes = [*asked.routes(world.house.readiness), route(world.house.intake, SECRET)]
    transport = httpx.ASGITransport(build_app(routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


@pytest.fixture
async def asker(small_world: World, hand: Hand) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks the bot of a small world."""
    small_world.house.pulse.now = hand
    async with asking_at(small_world) as client:
        yield client


async def ill(asker: httpx.AsyncClient) -> set[str]:
    """The parts that are not well; the status agrees."""
    answer = await asker.get("/readyz")
    found = {name for name, part in answer.json()["parts"].items() if not part["ok"]}
    assert (answer.status_code, answer.json()["ready"]) == ((503, False) if found else (200, True))
    return found


async def cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("part", ["polling", "sweeping", "sending"])
def test_a_part_that_is_silent_is_ill_before_the_promised_time_is_over(hand: Hand, part: str) -> None:
    pulse = Pulse(hand)
    pulse.beat(part)
    hand.seconds += LONGEST_S[part] - 1
    assert pulse.silences()[part].is_well
    hand.seconds += PROMISED_S - LONGEST_S[part]
    assert not pulse.silences()[part].is_well


async def test_it_is_ready_while_each_part_completes_its_rounds(
    small_world: World, hand: Hand, asker: httpx.AsyncClient
) -> None:
    """A bot with a webhook, or a follower, owes no poll."""
    house = small_world.house
    for part in ("sweeping", "sending"):
        house.pulse.expect(part)
    assert await ill(asker) == set()
    hand.seconds += PROMISED_S
    assert await ill(asker) == {"sweeping", "sending"}
    await house.sweep()
    assert await ill(asker) == {"sending"}
    house.pulse.rest("sending")
    assert await ill(asker) == set()
    assert (await asker.get("/healthz")).status_code == 200


async def test_polling_that_takes_nothing_any_more_is_seen(
    small_world: World, hand: Hand, asker: httpx.AsyncClient
) -> None:
    small_world.telegram.fault(method="getUpdates", hang_s=3600)
    polling = asyncio.create_task(small_world.house.intake.run())
    await until(lambda: any(call.injected for call in small_world.telegram.journal))
    assert await ill(asker) == set()
    hand.seconds += PROMISED_S
    assert await ill(asker) == {"polling"}
    await cancelled(polling)
    assert await ill(asker) == set(), "who polls no more owes nothing"


async def test_a_database_that_is_away_is_seen_and_forgotten_when_it_is_back(world: World, outage: Outage) -> None:
    async with asking_at(world) as asker:
        outage.begin()
        assert await ill(asker) == {"database"}
        outage.end()
        assert await ill(asker) == set()


async def test_turns_that_cannot_be_stored_are_seen_though_the_database_answers(
    small_world: World, hand: Hand, asker: httpx.AsyncClient
) -> None:
    """A full disk can be read."""
    small_world.house.pulse.expect("database")
    hand.seconds += PROMISED_S
    assert await ill(asker) == {"database"}
    small_world.telegram.send_text(small_world.person().user_id, "/start")
    await small_world.house.intake.poll_once(0)
    assert await ill(asker) == set()


async def test_a_part_that_ends_ends_the_bot_with_a_sentence(small_world: World) -> None:
    async def dies() -> None:
        raise ValueError("somebody's words")

    for part, why in ((dies(), "ValueError at bot/test_readiness.py"), (asyncio.sleep(0), "'polling' has ended,")):
        small_world.house._running = [asyncio.create_task(part, name="polling")]
        with pytest.raises(PartEndedError, match="polling") as ended:
            await small_world.house.wait()
        assert why in str(ended.value)
        assert "somebody" not in str(ended.value)
    small_world.house._running = []


async def test_a_forged_update_of_somebody_changes_nothing_for_them(
    small_world: World, asker: httpx.AsyncClient
) -> None:
    chat = small_world.person()
    await chat.begin()
    before, (message, data) = chat.state(), chat.find("None of these")
    small_world.telegram.tap(chat.user_id, message.message_id, data)
    forged = small_world.telegram.call("getUpdates", {})["result"][-1]
    for headers in ({}, {SECRET_HEADER: SECRET[::-1]}):
        assert (await asker.post(PATH, json=forged, headers=headers)).status_code == 401
    assert chat.state() == before


async def test_a_loop_that_stands_still_is_told_once_with_its_place(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Standstill(asyncio.get_running_loop(), hand)
    watch.look()
    assert "stands still" not in capsys.readouterr().out
    hand.seconds += LONGEST_STANDSTILL_S + 1
    watch.look()
    watch.look()
    told = capsys.readouterr().out
    assert told.count("stands still") == 1
    assert "bot/test_readiness.py" in told


@pytest.mark.parametrize(
    ("listen", "address"), [("0.0.0.0:80", "http://127.0.0.1:80/readyz"), ("[::1]:8080", "http://[::1]:8080/readyz")]
)
def test_a_container_asks_itself(listen: str, address: str) -> None:
    assert asking.place(listen) == address


def test_nobody_there_is_an_answer_too() -> None:
    is_well, words = asking.ask("127.0.0.1:9")
    assert not is_well
    assert "nobody answers" in words
