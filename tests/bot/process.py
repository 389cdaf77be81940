"""`stridecheck run` as a real process, against the simulator's HTTP door and a real database: to be killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, text

from simulator.http import build_app
from simulator.telegram import Call, SimMessage, Telegram
from tests.bot.tools import a_port, served, until

BIN = Path(sys.executable).parent / "stridecheck"
PATIENCE_S = 40


class Life(Protocol):
    """A process that was started, as asyncio shows its own."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def send_signal(self, number: int) -> None: ...

    async def wait(self) -> int: ...


class Spawn(Protocol):
    """Begins a process with this environment in this folder, which writes to the end of this log."""

    async def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
    ) -> Life: ...


async def plainly(command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Life:
    """As a shell would."""
    with log.open("ab") as written:
        return await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=written, stderr=written
        )


class Process:
    """The bot, started and killed at will. `log` is everything it ever wrote to its standard error."""

    def __init__(self, telegram: Telegram, address: str, database_url: str, folder: Path) -> None:
        self.telegram, self.address, self.url, self.folder = telegram, address, database_url, folder
        self.engine: Engine = create_engine(database_url)
        self.log = folder / "bot.log"
        self.environment: dict[str, str] = {}
        self.command: tuple[str, ...] = (str(BIN), "run")
        self.spawn: Spawn = plainly
        self._process: Life | None = None

    # --- its life -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin; it is not yet ready when this returns."""
        self._process = await self.spawn(self.command, self.settings(), self.folder, self.log)

    def settings(self) -> dict[str, str]:
        """The whole environment of the bot, for another process of ours as well."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("WEBHOOK_")},
            "BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.address,
            "DATABASE_URL": self.url,
            "LOG_LEVEL": "DEBUG",
            **self.environment,
        }

    async def end(self, number: int = signal.SIGKILL) -> tuple[int, float]:
        """Send a signal and wait for the end: the exit code, and how many seconds it took."""
        if self._process is None:
            return 0, 0.0
        begun = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        return await asyncio.wait_for(self._process.wait(), 30), time.monotonic() - begun

    async def exits(self) -> int:
        """Wait until it ends by itself."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE_S)

    async def ended_within(self, seconds: float) -> bool:
        """Has it ended by itself before this time was over?"""
        assert self._process is not None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
        return self._process.returncode is not None

    async def again(self) -> None:
        """Killed where it stands, and started anew."""
        await self.end()
        await self.start()

    # --- Telegram -----------------------------------------------------------------------------------------------------

    def calls(self, method: str) -> list[Call]:
        return [call for call in self.telegram.journal if call.method == method]

    async def until_polling(self) -> None:
        """Until it has asked for updates once more."""
        before = len(self.calls("getUpdates"))
        await until(lambda: len(self.calls("getUpdates")) > before, PATIENCE_S)

    async def until_struck(self, method: str) -> None:
        """Until a planned fault has met a call of this kind: the process is inside it now."""
        await until(lambda: any(call.injected for call in self.calls(method)), PATIENCE_S)

    # --- the database -------------------------------------------------------------------------------------------------

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def scalar(self, statement: str) -> object:
        with self.engine.connect() as connection:
            return connection.execute(text(statement)).scalar()

    def run(self, *statements: str, **values: object) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def moment(self, moment: datetime) -> str:
        """How this database writes a moment."""
        return str(moment.replace(tzinfo=None) if self.is_sqlite else moment)

    async def until_all_is_said(self) -> None:
        """Until nothing waits to be sent."""
        query = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"
        await until(lambda: self.scalar(query) == 0, PATIENCE_S)


class Someone:
    """A person in front of the process."""

    def __init__(self, bot: Process, user_id: int, name: str = "Ana") -> None:
        self.bot, self.telegram, self.user_id = bot, bot.telegram, user_id
        self.telegram.add_person(user_id, name)

    @property
    def from_bot(self) -> list[SimMessage]:
        return [message for message in self.telegram.chat(self.user_id) if message.from_bot]

    def says(self, words: str) -> None:
        self.telegram.send_text(self.user_id, words)

    def button(self, label: str) -> tuple[int, str] | None:
        """The newest button with this label, tick boxes taken off."""
        for message in reversed(self.from_bot):
            for row in message.keyboard:
                for button in row:
                    if button.text.lstrip("☐☑ ") == label and button.data:
                        return message.message_id, button.data
        return None

    async def press(self, *labels: str) -> None:
        """Press one button after the other, each as soon as it is there and the one before has had its effect."""
        for label in labels:
            await until(partial(self.button, label), PATIENCE_S)
            found = self.button(label)
            assert found is not None
            self.telegram.tap(self.user_id, *found)
            await until(partial(self._is_another, label, found), PATIENCE_S)

    def _is_another(self, label: str, found: tuple[int, str]) -> bool:
        """Has the press had its effect: is the button gone, or a new one?"""
        return self.button(label) != found

    def tap(self, label: str) -> None:
        """Press a button that is there, and look no further."""
        found = self.button(label)
        assert found is not None, label
        self.telegram.tap(self.user_id, *found)

    async def meet(self) -> None:
        """Through the first meeting to the first question. The clock is chosen as it stands on the card."""
        self.says("/start")
        await self.press("Continue")
        offset = datetime.now(ZoneInfo("Europe/London")).utcoffset() or timedelta()
        choice = f".clock.{int(offset.total_seconds() // 60)}"
        await until(lambda: self._labelled(choice), PATIENCE_S)
        await self.press(self._labelled(choice), "London, United Kingdom", "16 or older", "I agree", "Start a check")
        await until(lambda: self.button("None of these"), PATIENCE_S)

    def _labelled(self, choice: str) -> str:
        """The label of the newest button whose data ends so; below it may be a card that came twice after a kill."""
        buttons = [button for message in reversed(self.from_bot) for row in message.keyboard for button in row]
        return next((button.text for button in buttons if (button.data or "").endswith(choice)), "")

    def count(self, words: str) -> int:
        """How many messages say this."""
        return sum(words in message.text for message in self.from_bot)

    async def reads(self, words: str) -> None:
        await until(lambda: self.count(words), PATIENCE_S)


@contextlib.asynccontextmanager
async def process(database_url: str, folder: Path, warm: Spawn | None = None) -> AsyncIterator[Process]:
    """A process that is not yet started, and a Telegram for it in real time.

    With `warm` it is forked from a parent that has imported everything (nursery.py), else begun as a shell would.
    """
    telegram = Telegram(now=lambda: datetime.now(UTC))
    async with served(build_app(telegram)) as address:
        bot = Process(telegram, address, database_url, folder)
        if warm is not None:
            bot.spawn, bot.command = warm, ("run",)
        yield bot
        await bot.end()
        bot.engine.dispose()


def a_webhook() -> tuple[str, dict[str, str]]:
    """The address of a free port on this machine, and the settings of a bot that listens there."""
    place = f"127.0.0.1:{a_port()}"
    return f"http://{place}", {"WEBHOOK_SECRET": "any_long-random_word", "LISTEN": place}
