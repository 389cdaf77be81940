"""Debian's Chromium, a bot in a sandbox, and somebody in front of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from bot.clock import HandClock
from bot.sandbox import Sandbox
from content.shipped import FIRST_PACK
from simulator.http import build_app
from tests.browser.visitor import Visitor
from tests.simulator.serving import served

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
HOW = "no browser: `apt install chromium`, or set CHROMIUM to the path of a Chromium, and these tests will run"


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("CI"):
        pytest.fail(HOW)
    if found is None:
        pytest.skip(HOW)
    return found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = _chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A bot whose clock stands at nine in the morning until it is pushed, with a pack of its own on disk."""
    pack, room = tmp_path / "pack", tmp_path / "room"
    shutil.copytree(FIRST_PACK, pack)
    room.mkdir()
    built = Sandbox(room, pack, HandClock(MORNING), message_every_s=0)
    await built.start()
    yield built
    await built.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def address(sandbox: Sandbox) -> AsyncIterator[str]:
    async with served(build_app(sandbox.telegram, host=sandbox.host())) as at:
        yield at


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 820}, locale="en-GB")
    made.set_default_timeout(10_000)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(context: BrowserContext, sandbox: Sandbox, address: str) -> AsyncIterator[Visitor]:
    """Robin, with the page open. Whatever the page complains about fails the test."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    one = Visitor(page, sandbox, address)
    await one.open()
    yield one
    await page.close()
    assert [each for each in complaints if "ERR_" not in each] == []
