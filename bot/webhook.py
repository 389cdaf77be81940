"""The webhook door: 200 only after the update's turn is committed, so Telegram keeps what we could not."""

from __future__ import annotations

import hmac
import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update

from bot import logs
from bot.intake import Intake, NotStoredError

log = logs.get("webhook")

PATH = "/telegram"
MOST_BYTES = 1_000_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
RETRY_AFTER_S = "5"


def build_app(intake: Intake, secret: str) -> Starlette:
    """POST JSON with the right secret, at most 1 MB; everything else is refused without a reason."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return Response(status_code=401)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = Update.de_json(json.loads(body), intake.application.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Response(status_code=400)
        try:
            await intake.take([update])
        except NotStoredError:
            return Response(status_code=503, headers={"Retry-After": RETRY_AFTER_S})
        return Response(status_code=200)

    async def healthy(_: Request) -> Response:
        return Response("ok", media_type="text/plain")

    return Starlette(routes=[Route(PATH, receive, methods=["POST"]), Route("/healthz", healthy)])


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
