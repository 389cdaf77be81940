"""10,000 updates of 200 people queued at once, fetched over HTTP: nobody's messages change their order.

    uv run python benchmarks/simulator.py [updates] [people]

Prints rates and memory. A reader with one connection fetches 100 updates at a time, confirms them, and answers each.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

# This file has the name of the room that it measures: the room is the one beside its folder.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from simulator.http import build_app  # noqa: E402
from simulator.telegram import Telegram  # noqa: E402


def _megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _queue(telegram: Telegram, updates: int, people: int) -> float:
    for user in range(1, people + 1):
        telegram.add_person(user, f"Person {user}")
    begun = time.perf_counter()
    for number in range(updates):
        telegram.send_text(number % people + 1, f"{number}")
    return updates / (time.perf_counter() - begun)


async def _fetch(client: httpx.AsyncClient, bot: str) -> dict[int, list[int]]:
    """Every update once, in the order it came, per person."""
    seen: dict[int, list[int]] = defaultdict(list)
    offset = 0
    while True:
        answer: Any = (await client.post(f"{bot}/getUpdates", json={"offset": offset, "limit": 100})).json()
        if not answer["result"]:
            return seen
        for update in answer["result"]:
            message = update["message"]
            seen[message["from"]["id"]].append(int(message["text"]))
        offset = answer["result"][-1]["update_id"] + 1


async def _answer(client: httpx.AsyncClient, bot: str, people: int, each: int) -> float:
    begun = time.perf_counter()
    for number in range(each):
        calls = (
            client.post(f"{bot}/sendMessage", json={"chat_id": user, "text": f"{number}"}) for user in people_of(people)
        )
        answers = await asyncio.gather(*calls)
        assert all(answer.json()["ok"] for answer in answers)  # noqa: S101 - a benchmark of wrong answers is worthless
    return people * each / (time.perf_counter() - begun)


def people_of(people: int) -> range:
    """Their ids."""
    return range(1, people + 1)


async def main(updates: int, people: int) -> None:
    """Queue, fetch, compare, answer, print."""
    telegram = Telegram(now=lambda: datetime.now(UTC))
    before = _megabytes()
    queued = _queue(telegram, updates, people)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build_app(telegram), log_level="critical", ws="none"))
        task = asyncio.create_task(server.serve([door]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        bot = f"http://127.0.0.1:{door.getsockname()[1]}/bot{telegram.token}"
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=20)) as client:
            begun = time.perf_counter()
            seen = await _fetch(client, bot)
            fetched = updates / (time.perf_counter() - begun)
            answered = await _answer(client, bot, people, 5)
        server.should_exit = True
        await task
    lost = updates - sum(map(len, seen.values()))
    out_of_order = sum(numbers != sorted(numbers) for numbers in seen.values())
    print(f"{updates} updates of {people} people: {lost} lost, {out_of_order} people out of order")
    print(f"queued {queued:,.0f}/s; over HTTP: fetched and confirmed {fetched:,.0f}/s, answered {answered:,.0f}/s")
    print(f"memory at the most {_megabytes():.0f} MB, of which {_megabytes() - before:.0f} MB for all this")
    if lost or out_of_order:
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main(*(int(given) for given in (*sys.argv[1:], "10000", "200")[:2])))
