"""The webhook door: 200 only after the update's turn is committed, so Telegram keeps what we could not."""

from __future__ import annotations

import asyncio
import hmac
import json
import random

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot import logs, reading
from bot.intake import ALLOWED, Intake, NotStoredError
from bot.listening import refused
from bot.settings import SettingsError
from bot.transport import Failure, failure, seconds

log = logs.get("webhook")

PATH = "/telegram"
MOST_BYTES = 1_000_000
BODY_PATIENCE_S = 10.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
RETRY_AFTER_S = "5"
LONGEST_PAUSE_S = 30.0
REFUSED = "Telegram refuses this WEBHOOK_URL. Cure: check that it is public, https, and leads to this bot"


def route(intake: Intake, secret: str, patience_s: float = BODY_PATIENCE_S) -> Route:
    """POST JSON with the right secret, at most 1 MB and not too slowly; all else is refused without a reason."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return refused(401)
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            return refused(415)
        try:
            async with asyncio.timeout(patience_s):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return refused(408)
        if body is None:
            return refused(413)
        try:
            update = reading.update(json.loads(body), intake.application.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return refused(400)
        return await _take(intake, update)

    return Route(PATH, receive, methods=["POST"])


async def _take(intake: Intake, update: Update) -> Response:
    try:
        await intake.take([update])
    except NotStoredError:
        return Response(status_code=503, headers={"Retry-After": RETRY_AFTER_S})
    return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


async def announce(bot: Bot, url: str, secret: str) -> None:
    """Telegram knows where we listen when this returns; what waits there is kept. Tries until Telegram answers.

    Raises SettingsError when it does not take the address.
    """
    pause_s = 1.0
    while True:
        try:
            await bot.set_webhook(
                f"{url.rstrip('/')}{PATH}", secret_token=secret, drop_pending_updates=False, allowed_updates=ALLOWED
            )
        except InvalidToken:
            raise
        except TelegramError as error:
            if failure(error) not in {Failure.AGAIN, Failure.WAIT}:
                raise SettingsError(REFUSED) from None
            log.warning("Telegram cannot be told of the webhook now", error=logs.place(error))
            wait_s = seconds(error) if isinstance(error, RetryAfter) else pause_s * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
            await asyncio.sleep(wait_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        else:
            return
