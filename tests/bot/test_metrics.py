"""Whoever asks at /metrics learns how the bot does, in numbers, and nothing about anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from telegram import Bot

from bot import keeping, meter
from bot.listening import build_app
from bot.metrics import Metrics
from bot.scraping import FRESH_S, Scraping, backup_age_s
from bot.standstill import Standstill
from bot.transport import Request
from handlers import arrival
from simulator.http import build_app as build_telegram
from simulator.telegram import Telegram
from storage import sealed_file
from tests.bot.test_readiness import Hand
from tests.bot.tools import Outage, served
from tests.world import World

FIRST_NAME = "Zyxwvutine"
Figures = dict[tuple[str, ...], float]


class Scraper:
    """Asks as Prometheus does; `later` so many seconds after the last time."""

    def __init__(self, world: World) -> None:
        self.hand, self.metrics = Hand(), Metrics()
        world.house.meter = self.metrics
        world.house.database.told = self.metrics.transacted
        routes = [Scraping(world.house, self.metrics.registry, Path("no such folder"), self.hand).route()]
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(build_app(routes)), base_url="http://bot")

    async def text(self, later: float = FRESH_S) -> str:
        self.hand.seconds += later
        answer = await self.client.get("/metrics")
        assert answer.status_code == 200
        return answer.text

    async def ask(self, later: float = FRESH_S) -> Figures:
        return read(await self.text(later))


def read(text: str) -> Figures:
    """(name, values of its labels ...) -> value."""
    return {
        (sample.name.removeprefix("stridecheck_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@asynccontextmanager
async def scraping(world: World) -> AsyncIterator[Scraper]:
    made = Scraper(world)
    async with made.client:
        yield made


async def test_what_waits_is_told_by_lane_and_age(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    chat.tap(*chat.find("None of these"))
    await small_world.house.intake.poll_once(0)
    small_world.clock.push(timedelta(seconds=90))
    async with scraping(small_world) as scraper:
        found = await scraper.ask()
        assert (found["outbox_letters", "urgent"], found["outbox_letters", "reply"]) == (1, 1)
        assert (found["outbox_oldest_seconds", "urgent"], found["outbox_oldest_seconds", "reply"]) == (90, 90)
        await small_world.house.deliver.drain()
        assert (await scraper.ask(later=FRESH_S - 1))["outbox_letters", "reply"] == 1, "a look is used for a while"
        assert (await scraper.ask(later=1))["outbox_letters", "reply"] == 0


async def test_a_follow_up_that_nobody_takes_is_overdue_in_real_seconds(small_world: World) -> None:
    """A ticked red flag is asked about again after ten minutes."""
    chat = small_world.person()
    await chat.begin()
    await chat.press("Chest, breath or faint")
    small_world.clock.push(timedelta(minutes=12))
    async with scraping(small_world) as scraper:
        found = await scraper.ask()
        assert (found["follow_ups_overdue",], found["follow_ups_overdue_seconds",]) == (1, 120)
        await small_world.house.catch_up()
        found = await scraper.ask()
        assert (found["follow_ups_overdue",], found["turn_seconds_count", meter.FOLLOW_UP]) == (0, 1)


async def test_no_label_is_about_anybody(small_world: World) -> None:
    async with scraping(small_world) as scraper:
        for part in ("sending", "sweeping"):
            small_world.house.pulse.expect(part)
        before = {key for key in await scraper.ask() if len(key) > 1}
        small_world._people = 4_299_999_999
        chat = small_world.person(FIRST_NAME)
        await chat.begin()
        await chat.says("my secretive toe")
        text = await scraper.text()
    assert {key for key in read(text) if len(key) > 1} == before
    for secret in (FIRST_NAME, "secretive", str(chat.user_id), small_world.telegram.token):
        assert secret not in text


async def test_it_answers_while_the_database_is_away(world: World, outage: Outage) -> None:
    async with scraping(world) as scraper:
        assert (await scraper.ask())["database_up",] == 1
        outage.begin()
        await asyncio.gather(world.house.sweep(), return_exceptions=True)
        found = await scraper.ask()
        assert (found["database_up",], found["ready",], found["part_well", "database"]) == (0, 0, 0)
        assert found["transactions_failed_total",] >= 1
        assert ("outbox_letters", "reply") not in found, "nobody knows"
        outage.end()
        assert (await scraper.ask())["database_up",] == 1


def test_whatever_may_arrive_has_a_kind() -> None:
    assert set(get_args(arrival.What)) == set(meter.KINDS)


async def test_a_turn_that_fails_is_counted_and_not_timed(small_world: World) -> None:
    async with scraping(small_world) as scraper:
        with pytest.raises(ValueError, match="no"), scraper.metrics.turn("press"):
            raise ValueError("no")
        found = await scraper.ask()
        assert (found["turns_failed_total", "press"], found["turn_seconds_count", "press"]) == (1, 0)


async def test_calls_are_counted_by_what_came_of_them() -> None:
    metrics, telegram = Metrics(), Telegram(now=lambda: datetime.now(UTC))
    telegram.add_person(7, "Kim")
    telegram.send_text(7, "/start")
    request = Request(2, lambda method, status, _, seconds: metrics.called(method, status, seconds), read_s=0.2)
    faults: tuple[dict[str, Any], ...] = (
        {},
        {"error_code": 429, "retry_after": 3},
        {"error_code": 502},
        {"cut": True},
        {"hang_s": 60},
    )
    async with (
        served(build_telegram(telegram)) as address,
        Bot(telegram.token, f"{address}/bot", f"{address}/file/bot", request=request) as bot,
    ):
        for fault in faults:
            if fault:
                telegram.fault(method="sendMessage", **fault)
            await asyncio.gather(bot.send_message(7, "hello"), return_exceptions=True)
        message = await bot.send_document(7, b"a", filename="secretive.csv")
        assert message.document is not None
        await (await message.document.get_file()).download_as_bytearray()
    found = read(generate_latest(metrics.registry).decode())
    came = {key[-1]: count for key, count in found.items() if key[:2] == ("telegram_calls_total", "sendMessage")}
    assert came == {"ok": 1, "too_many": 1, "server_error": 1, "no_answer": 2, "conflict": 0, "refused": 0}
    assert found["telegram_calls_total", "file", "ok"] == 1


def test_the_newest_backup_has_an_age_and_none_is_older_than_any(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert backup_age_s(tmp_path / "nowhere", now) == backup_age_s(tmp_path, now) == float("inf")
    for hours in (3, 27):
        keeping.path_in(tmp_path, now - timedelta(hours=hours)).write_bytes(sealed_file.MAGIC)
    assert backup_age_s(tmp_path, now) == 3 * 3600


async def test_the_loop_s_delay_is_measured_each_second() -> None:
    delays: list[float] = []
    watch = Standstill(asyncio.get_running_loop(), Hand(), delays.append)
    watch.turned(999.5)
    assert delays == [0.5]
