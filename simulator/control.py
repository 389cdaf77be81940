"""The control API: everything a person, a script or a test in any language can do to this Telegram, as JSON.

docs/simulator.md describes every route with a curl line that a test runs. Only JSON bodies are taken, so that no
foreign web site can press buttons here with a plain form.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulator import scripts, views
from simulator.host import Host
from simulator.records import Json, Refused
from simulator.telegram import Telegram

Move = Callable[[Json], int | None]
Deed = Callable[[Json], Awaitable[Json]]
QUIET_S = 0.05


class Control:
    """The routes that change something, and those that only scripts read."""

    def __init__(self, telegram: Telegram, host: Host) -> None:
        self._telegram, self._host = telegram, host
        self._kept: dict[str, tuple[Json, Any]] = {}

    def routes(self) -> list[BaseRoute]:
        """All of /sim but what the page shows."""
        deeds: dict[str, Deed] = {
            "clock": self._clock,
            "settle": self._settle,
            "snapshot": self._snapshot,
            "restore": self._restore,
            "fault": self._fault,
            "faults/clear": self._clear_faults,
            "kill": self._kill,
        }
        return [
            *(Route(f"/sim/{name}", _moved(move), methods=["POST"]) for name, move in self._moves().items()),
            *(Route(f"/sim/{name}", _done(deed), methods=["POST"]) for name, deed in deeds.items()),
            Route("/sim/calls", self._calls),
            Route("/sim/oracle", self._oracle),
            Route("/sim/conversation", self._conversation),
        ]

    def _moves(self) -> dict[str, Move]:
        telegram = self._telegram
        return {
            "text": self._text,
            "tap": lambda body: telegram.tap(int(body["user"]), int(body["message_id"]), str(body["data"])),
            "press": lambda body: telegram.press(int(body["user"]), str(body["label"])),
            "kind": lambda body: telegram.send_kind(int(body["user"]), str(body["kind"])),
            "file": self._file,
            "location": lambda body: telegram.share_location(
                int(body["user"]), float(body["latitude"]), float(body["longitude"])
            ),
            "block": lambda body: telegram.block(int(body["user"])),
            "unblock": lambda body: telegram.unblock(int(body["user"])),
            "delete": lambda body: telegram.delete_message(int(body["user"]), int(body["message_id"])),
            "delete-account": lambda body: telegram.delete_account(int(body["user"])),
            "person": self._person,
            "people": self._people,
            "change": self._change,
            "group": lambda body: telegram.add_group(int(body["chat"]), str(body["title"]), list(body["members"])),
            "redeliver": lambda body: telegram.redeliver(int(body["update_id"])),
        }

    # --- people

    def _text(self, body: Json) -> int | None:
        user, chat = int(body["user"]), int(body.get("chat") or body["user"])
        if chat != user:
            return self._telegram.send_group_text(chat, user, str(body["text"]))
        return self._telegram.send_text(user, str(body["text"]))

    def _file(self, body: Json) -> int | None:
        try:
            content = base64.b64decode(body["base64"], validate=True)
        except binascii.Error as error:
            raise ValueError(f"base64: {error}") from error
        mime, caption = str(body.get("mime", "")), str(body.get("caption", ""))
        return self._telegram.send_file(int(body["user"]), str(body["name"]), content, mime, caption)

    def _person(self, body: Json) -> None:
        known = {each.user_id for each in self._telegram.people()}
        self._telegram.add_person(
            int(body.get("user") or max(known, default=1000) + 1),
            str(body["first_name"]),
            body.get("language_code", "en"),
            str(body.get("last_name", "")),
            body.get("username"),
            zone=str(body.get("zone", "UTC")),
            admin=bool(body.get("admin", False)),
        )

    def _people(self, body: Json) -> int | None:
        """Many at once; with a text, each of them sends it. The last update's id."""
        last = None
        for user in range(int(body["first"]), int(body["first"]) + int(body["count"])):
            self._telegram.add_person(user, f"Person {user}", body.get("language_code", "en"))
            last = self._telegram.send_text(user, str(body["text"])) if body.get("text") else None
        return last

    def _change(self, body: Json) -> None:
        language, zone = body.get("language_code"), body.get("zone")
        self._telegram.change_person(int(body["user"]), language_code=language, zone=zone)

    # --- time, and the bot

    async def _clock(self, body: Json) -> Json:
        clock = self._host.clock
        if clock is None:
            raise ValueError("this clock cannot be moved: whoever started the simulator lent none")
        await (clock.to_next() if body.get("to") == "next" else clock.advance(float(body["advance_s"])))
        self._telegram.tell("clock")
        return await clock.state()

    async def _settle(self, body: Json) -> Json:
        """Wait until nothing is left to do; {"idle": false} when that takes longer than `timeout_s`."""
        until = time.monotonic() + float(body.get("timeout_s", 10))
        while time.monotonic() < until:
            calls = len(self._telegram.journal)
            if not self._telegram.waiting() and await self._is_idle():
                await asyncio.sleep(QUIET_S)
                if self._is_quiet_since(calls) and not self._telegram.waiting() and await self._is_idle():
                    return {"idle": True}
            await asyncio.sleep(QUIET_S / 5)
        return {"idle": False}

    async def _is_idle(self) -> bool:
        return await self._host.idle() if self._host.idle else True

    def _is_quiet_since(self, calls: int) -> bool:
        return all(call.method.lower() == "getupdates" for call in self._telegram.journal[calls:])

    async def _kill(self, body: Json) -> Json:
        if self._host.kill is None:
            raise ValueError("the bot runs elsewhere: kill it there")
        await self._host.kill(float(body.get("seconds", 0)))
        return {"killed": True}

    async def _snapshot(self, _: Json) -> Json:
        name = f"s{len(self._kept) + 1}"
        theirs = await self._host.keep() if self._host.keep else None
        self._kept[name] = self._telegram.snapshot(), theirs
        return {"id": name}

    async def _restore(self, body: Json) -> Json:
        ours, theirs = self._kept[str(body["id"])]
        self._telegram.restore(ours)
        if self._host.bring_back is not None:
            await self._host.bring_back(theirs)
        self._telegram.tell("clock")
        return {"id": body["id"]}

    # --- trouble

    async def _fault(self, body: Json) -> Json:
        self._telegram.fault(**body)
        return {"faults": self._telegram.planned_faults()}

    async def _clear_faults(self, body: Json) -> Json:
        self._telegram.clear_faults(body.get("name"))
        return {"faults": self._telegram.planned_faults()}

    # --- looking

    async def _calls(self, request: Request) -> Response:
        """The journal from `since` on; without it, the newest 100."""
        journal = self._telegram.journal
        since = int(request.query_params.get("since", max(len(journal) - 100, 0)))
        return JSONResponse({"calls": [views.call(each) for each in journal[since:]], "next": len(journal)})

    async def _oracle(self, _: Request) -> Response:
        """What a bot has done wrong so far."""
        refused = [views.call(each) for each in self._telegram.refused()]
        unanswered = self._telegram.unanswered()
        return JSONResponse(
            {"violations": self._telegram.violations, "unanswered_taps": unanswered, "refused_calls": refused}
        )

    async def _conversation(self, request: Request) -> Response:
        """One chat as a file: `as=yaml` a scenario to replay, `as=md` a transcript to read."""
        kind = request.query_params.get("as", "yaml")
        write = {"yaml": scripts.scenario, "md": scripts.transcript}.get(kind)
        try:
            if write is None:
                raise ValueError(f"unknown kind {kind!r}; known: yaml, md")
            about = self._host.about() if self._host.about else {}
            text = write(self._telegram, int(request.query_params["user"]), about)
        except (KeyError, ValueError) as error:
            return mistake(error)
        headers = {"content-disposition": f'attachment; filename="conversation.{kind}"'}
        return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


def _moved(move: Move) -> Callable[[Request], Awaitable[Response]]:
    async def deed(body: Json) -> Json:
        return {"update_id": move(body)}

    return _done(deed)


def _done(deed: Deed) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            return JSONResponse(await deed(await _body(request)))
        except (KeyError, TypeError, ValueError, Refused) as error:
            return mistake(error)

    return handle


async def _body(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ValueError("a JSON body is expected")
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("a JSON object is expected")
    return body


def mistake(error: Exception) -> Response:
    """What was wrong with a request, in a sentence."""
    words = f"missing or unknown: {error.args[0]}" if isinstance(error, KeyError) else str(error)
    return JSONResponse({"error": words}, status_code=400)
