"""Where it is asked how the bot is: /healthz, the process and its loop live; /readyz, it does its work, else 503.

About the bot only: whoever may ask learns nothing about anybody.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.readiness import Readiness


def routes(readiness: Readiness) -> list[Route]:
    """The two places to ask at."""

    async def ready(_: Request) -> Response:
        found = await readiness.look()
        return JSONResponse(found, 200 if found["ready"] else 503)

    return [Route("/healthz", _healthy), Route("/readyz", ready)]


async def _healthy(_: Request) -> Response:
    return Response("ok", media_type="text/plain")
