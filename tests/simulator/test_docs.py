"""Every curl line of docs/simulator.md works as it stands there."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from simulator.host import Clock, Host
from simulator.http import build_app
from simulator.telegram import Telegram
from tests.simulator.conftest import HandClock
from tests.simulator.serving import served

DOC = Path(__file__).parents[2] / "docs" / "simulator.md"
BUTTONS = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}, {"text": "B", "callback_data": "b"}]]}


def _lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("curl ")]


async def _run(line: str, address: str) -> str:
    shell = await asyncio.create_subprocess_shell(
        f"{line} --fail-with-body", env={**os.environ, "SIM": address}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await shell.communicate()
    assert shell.returncode == 0, f"{line}\n{out.decode()}"
    return out.decode()


@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="needs curl: apt install curl")
async def test_every_curl_line_of_the_docs_works(clock: HandClock) -> None:
    async def advance(seconds: float) -> None:
        clock.move(seconds)

    async def to_next() -> None:
        clock.move(1)

    async def state() -> dict[str, object]:
        return {"now": clock.now().isoformat(), "planned": []}

    telegram = Telegram(now=clock.now)
    lent = Clock(advance, to_next, state)
    async with served(build_app(telegram, host=Host(clock=lent))) as address:
        for line in _lines():
            if "/sim/settle" in line:
                telegram.call("getUpdates", {"offset": 2_000_000_000})
            answer = await _run(line, address)
            assert answer, line
            if '"/start"}' in line and telegram.people()[0].started and not telegram.chat(7)[-1].from_bot:
                telegram.call("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": BUTTONS})
    assert len(_lines()) > 25
