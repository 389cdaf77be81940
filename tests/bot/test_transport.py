"""Our request object against Telegram's HTTP door: what arrives, and what a failed call tells about itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NoReturn

import pytest
import telegram as ptb
from telegram.error import NetworkError, TelegramError, TimedOut

from bot import transport
from bot.transport import Failure, Request, failure, was_never_sent
from simulator.http import build_app
from simulator.telegram import Telegram
from tests.bot.tools import a_port, served

KIM = 7


@pytest.fixture
async def telegram() -> Telegram:
    machine = Telegram(now=lambda: datetime.now(UTC))
    machine.add_person(KIM, "Kim")
    machine.send_text(KIM, "/start")
    return machine


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[ptb.Bot]:
    """Two connections, and half a second for an answer."""
    async with (
        served(build_app(telegram)) as address,
        ptb.Bot(telegram.token, f"{address}/bot", f"{address}/file/bot", request=Request(2, read_s=0.5)) as one,
    ):
        yield one


def heard(telegram: Telegram) -> list[str]:
    return [message.text for message in telegram.chat(KIM) if message.from_bot]


async def test_words_arrive_as_they_are(telegram: Telegram, bot: ptb.Bot) -> None:
    await bot.send_message(KIM, "Zehen & 50 % ±ü 🦶 a=b", reply_markup=ptb.ForceReply(input_field_placeholder="ñ"))
    assert heard(telegram) == ["Zehen & 50 % ±ü 🦶 a=b"]


async def test_a_file_goes_up_and_comes_down_again(telegram: Telegram, bot: ptb.Bot) -> None:
    message = await bot.send_document(KIM, b"a,b\n1,2\n", filename="repörts.csv", caption="Zahlen")
    assert message.document is not None
    assert message.document.file_name == "repörts.csv"
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"


async def test_calls_beyond_the_connections_wait_for_one(telegram: Telegram, bot: ptb.Bot) -> None:
    await asyncio.gather(*(bot.send_message(KIM, str(number)) for number in range(9)))
    assert sorted(heard(telegram)) == [str(number) for number in range(9)]


async def test_a_call_cut_after_the_work_may_have_arrived(telegram: Telegram, bot: ptb.Bot) -> None:
    telegram.fault(method="sendMessage", cut=True, after_work=True)
    with pytest.raises(NetworkError) as cut:
        await bot.send_message(KIM, "one")
    assert failure(cut.value) is Failure.AGAIN
    assert not was_never_sent(cut.value)
    assert heard(telegram) == ["one"]


async def test_silence_is_a_timeout_that_says_no_more(telegram: Telegram, bot: ptb.Bot) -> None:
    telegram.fault(method="sendMessage", hang_s=60, after_work=True)
    with pytest.raises(TimedOut) as silent:
        await bot.send_message(KIM, "one")
    assert not was_never_sent(silent.value)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with transport.sending() as request:
        with pytest.raises(NetworkError) as refused:
            await request.post(f"http://127.0.0.1:{a_port()}/bot1:secret/getMe")
    assert was_never_sent(refused.value)
    assert "secret" not in str(refused.value)


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The first line of whatever is asked of a proxy that the environment names, but not for 127.0.0.1."""
    asked: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n")).decode())
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{"ok":true,"result":"yes"}')
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield asked


async def test_the_environments_proxy_is_used_but_where_it_says_not(proxy: list[str], bot: ptb.Bot) -> None:
    async with transport.sending() as request:
        await request.post("http://telegram.invalid/bot1:a/getMe")
    await bot.send_message(KIM, "straight")
    assert proxy == ["POST http://telegram.invalid/bot1:a/getMe HTTP/1.1\r\n"]


async def test_a_call_keeps_no_thread_busy(telegram: Telegram, bot: ptb.Bot) -> None:
    class Refusing(ThreadPoolExecutor):
        def submit(self, *_: object, **__: object) -> NoReturn:
            raise AssertionError("a call goes through a thread")

    asyncio.get_running_loop().set_default_executor(Refusing())
    await bot.send_message(KIM, "one")
    assert heard(telegram) == ["one"]


async def test_what_cannot_be_read_is_not_written_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(TelegramError) as nonsense:
        Request.parse_json_payload(b"<html>my left foot</html>")
    assert "foot" not in caplog.text + str(nonsense.value)


async def test_no_call_before_it_is_opened() -> None:
    with pytest.raises(NetworkError, match="not initialized"):
        await Request(1).post("http://127.0.0.1:1/bot1:a/getMe")
