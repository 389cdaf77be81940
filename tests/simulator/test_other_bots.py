"""Bots that are not ours, in two libraries, each a program of its own, talk to the simulator over HTTP."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from simulator.http import build_app
from simulator.telegram import Telegram
from tests.simulator.conftest import KIM
from tests.simulator.serving import served

HERE = Path(__file__).parent


@pytest.mark.parametrize("program", ["echo_ptb.py", "echo_aiogram.py"])
async def test_a_bot_of_twenty_lines_echoes_what_is_written(telegram: Telegram, program: str) -> None:
    async with served(build_app(telegram)) as address:
        bot = await asyncio.create_subprocess_exec(sys.executable, str(HERE / program), telegram.token, address)
        try:
            for text in ("hello", "Grüße 🏃"):
                telegram.send_text(KIM, text)
                await _until_answered(telegram, text)
        finally:
            bot.terminate()
            await bot.wait()
    assert [call.method for call in telegram.refused()] == []
    assert telegram.violations == []


async def _until_answered(telegram: Telegram, text: str) -> None:
    async with asyncio.timeout(30):
        while not (telegram.chat(KIM)[-1].from_bot and telegram.chat(KIM)[-1].text == text):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
