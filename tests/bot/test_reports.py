"""What is reported to Sentry says of which class an error was, and where: no words, no values, no machine."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import sys
from collections.abc import Iterator

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import logs, reports, running, settings
from bot.pulse import PartEndedError
from bot.settings import SettingsError
from tests.bot.tools import Sink, served

ANSWER = "burning under the left toes"
DSN = "https://0123abc@sentry.club.example/1"


class Post(Transport):
    """Keeps what would be sent, as it would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize().decode())

    @property
    def last(self) -> dict[str, object]:
        report: dict[str, object] = json.loads(self.sent[-1].splitlines()[-1])
        return report


@pytest.fixture
def post(sink: Sink) -> Iterator[Post]:
    made = Post()
    reports.begin(DSN, made)
    yield made
    reports.end()
    for sent in made.sent:
        for secret in (ANSWER, "burning", "4300000000", socket.gethostname(), "breadcrumbs", "vars", "contexts"):
            assert secret not in sent


def fails() -> None:
    answer, person = ANSWER, 4300000000
    raise ValueError(f"{person} said {answer}")


def test_our_own_line_is_reported_with_the_class_and_the_place(post: Post) -> None:
    try:
        fails()
    except ValueError as error:
        where = logs.place(error)
        logs.get("intake").error("a turn failed", update_id=3, text=ANSWER, error=where)
    report = post.last
    assert (report["message"], report["logger"], report["level"]) == ("a turn failed", "intake", "error")
    assert "ValueError" in post.sent[-1]
    assert '"function":"fails"' in post.sent[-1].replace(" ", "")
    assert report["tags"] == {"update_id": "3", "error": where, "stridecheck": "1"}


def test_a_library_s_error_is_reported_without_its_words(post: Post) -> None:
    try:
        fails()
    except ValueError:
        logging.getLogger("library").exception("no, %s", ANSWER)
    assert post.last["message"] == "an error of library"
    assert "ValueError" in post.sent[-1]


def test_whatever_else_is_captured_is_written_anew(post: Post) -> None:
    sentry_sdk.set_user({"id": "4300000000"})
    sentry_sdk.add_breadcrumb(message=ANSWER)
    try:
        fails()
    except ValueError as error:
        sentry_sdk.capture_exception(error)
    sentry_sdk.capture_message(ANSWER)
    assert len(post.sent) == 2


def test_the_same_error_is_reported_once_a_minute(post: Post) -> None:
    for letter in range(3):
        logs.get("deliver").error("cannot mark a letter", letter=letter)
    logs.get("deliver").error("the outbox cannot be read")
    assert len(post.sent) == 2


def test_a_line_that_is_no_error_is_not_reported(post: Post) -> None:
    logs.get("intake").warning("cannot take updates now")
    assert post.sent == []


async def test_what_ends_the_bot_arrives_at_sentry(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: list[bytes] = []

    async def take(request: Request) -> Response:
        arrived.append(gzip.decompress(await request.body()))
        return Response("{}")

    def ends() -> None:
        with running.reporting(settings.read()):
            fails()

    async with served(Starlette(routes=[Route("/api/1/envelope/", take, methods=["POST"])])) as address:
        monkeypatch.setenv("BOT_TOKEN", "123456:" + "x" * 35)
        monkeypatch.setenv("SENTRY_DSN", address.replace("://", "://abc@") + "/1")
        with pytest.raises(PartEndedError, match="ValueError at bot/test_reports") as ended:
            await asyncio.to_thread(ends)
    assert ANSWER not in str(ended.value)
    [report] = arrived
    assert b"an error ends the bot" in report
    assert ANSWER.encode() not in report


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    monkeypatch.setenv("SENTRY_DSN", DSN)
    with pytest.raises(SettingsError, match=r"SENTRY_DSN is set, but .* not installed\. Cure: .*stridecheck\[sentry\]"):
        settings.read_database()
