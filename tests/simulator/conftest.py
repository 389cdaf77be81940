"""A clock moved by hand, one Telegram, and the real PTB Bot in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import telegram as ptb

from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram

KIM = 7


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _no_deprecated_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB warns when it reads a retry_after unless this is set, and here a warning is an error."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def telegram(clock: HandClock) -> Telegram:
    """A Telegram in which Kim has started the bot and everything so far is confirmed."""
    machine = Telegram(now=clock.now)
    machine.add_person(KIM, "Kim")
    machine.send_text(KIM, "/start")
    machine.call("getUpdates", {"offset": -1})
    machine.call("getUpdates", {"offset": 2_000_000_000})
    return machine


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[ptb.Bot]:
    request = InProcessRequest(telegram)
    async with ptb.Bot(telegram.token, request=request, get_updates_request=InProcessRequest(telegram)) as started:
        yield started
