"""Pushes updates to the bot's webhook as Telegram does.

Read from Telegram's server source (WebhookActor.cpp): anything but a 2xx is a failure; the first retry comes at once,
then after 2, 4, 8, ... seconds up to a minute, until the update is too old. One update at a time per chat, so a
failing one holds back its own chat only. Documented: the secret travels in X-Telegram-Bot-Api-Secret-Token. Not
imitated: calls written into the answer's body, Retry-After, and 410.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from simulator.records import Json
from simulator.telegram import Telegram
from simulator.updates import Entry
from simulator.world import Webhook

LONGEST_PAUSE_S = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
Pause = Callable[[float], Awaitable[None]]


def pause_s(failures: int) -> float:
    """Seconds before the next attempt: 0, 2, 4, 8, ... 60."""
    return 0.0 if failures <= 1 else min(2.0 ** (failures - 1), LONGEST_PAUSE_S)


class Delivery:
    """One running delivery; `pause` is real time unless a test brings its own."""

    def __init__(self, telegram: Telegram, pause: Pause = asyncio.sleep) -> None:
        self._telegram = telegram
        self._pause = pause
        self._changed = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver until cancelled."""
        loop = asyncio.get_running_loop()

        def wake(_: Json) -> None:
            loop.call_soon_threadsafe(self._changed.set)

        self._telegram.listen(wake)
        try:
            async with httpx.AsyncClient(timeout=60) as client, asyncio.TaskGroup() as tasks:
                await self._deliver(client, tasks)
        finally:
            self._telegram.unlisten(wake)

    async def _deliver(self, client: httpx.AsyncClient, tasks: asyncio.TaskGroup) -> None:
        while True:
            webhook = self._telegram.webhook
            for entry in self._telegram.offered() if webhook else ():
                if webhook and entry.queue not in self._busy and len(self._busy) < webhook.max_connections:
                    self._busy[entry.queue] = tasks.create_task(self._push(client, webhook, entry))
            await self._changed.wait()
            self._changed.clear()

    async def _push(self, client: httpx.AsyncClient, webhook: Webhook, entry: Entry) -> None:
        failures = 0
        try:
            while self._wanted(webhook, entry):
                failure = await _attempt(client, webhook, entry)
                self._telegram.pushed(entry, failure)
                failures += 1
                if failure:
                    await self._pause(pause_s(failures))
        finally:
            self._busy.pop(entry.queue, None)
            self._changed.set()

    def _wanted(self, webhook: Webhook, entry: Entry) -> bool:
        return self._telegram.webhook == webhook and entry in self._telegram.offered()


async def _attempt(client: httpx.AsyncClient, webhook: Webhook, entry: Entry) -> str:
    """One POST; the empty string when the bot took it, else what went wrong in Telegram's words."""
    headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
    try:
        response = await client.post(webhook.url, json=entry.body, headers=headers)
    except httpx.TimeoutException:
        return "Read timeout expired"
    except httpx.HTTPError:
        return "Connection refused"
    return "" if response.is_success else f"Wrong response from the webhook: {response.status_code}"
