"""A marked person goes through every room and every error; afterwards no file, dump, backup or log knows them."""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot import listening, webhook
from content.shipped import FIRST_PACK
from simulator.telegram import SimMessage
from storage import rotation
from storage.crypto import Ring
from storage.database import Database
from tests.bot.test_logs import spoil_episodes
from tests.bot.test_metrics import Scraper
from tests.bot.tools import Sink
from tests.canary.sinks import Marks, hits, number, sinks
from tests.chat.stories import ICE, NONE, answers
from tests.chat.test_broadcast import send, write
from tests.keys import KEYS
from tests.world import ADMINS, Answers, Chat, World

NAME, LAST_NAME, USERNAME = "Zyxwvutine", "Qwertzowski", "canary_of_the_mine"
CITY, PLACE = "Ulan Bator", (47.918873, 106.917701)
TYPED = "my secretive toe tingles since Thursday"
SECRET = "canary_secret_of_the_webhook"
ID, OTHER_ID = 4_519_283_746_551, 3_987_651_234_567
WORSE: Answers = {
    "new_danger": ["no"], "status": ["worse"], "score": ["8"], "changed": ["lasts_longer"], "numb_between": ["no"],
}  # fmt: skip
# The pack with ids that no other test writes; below, as they stand in rows and never in the pack's own files: an
# answer, a press, a tick, a cause, a plan's check-in.
RENAMED = {"toes_ball": "canary_toes", "neuroma": "canary_nerve", "FU-NEUROMA": "FU-CANARY", "burning": "canary_burns"}
HEALTH = ('"canary_toes"', "=canary_toes", "+canary_burns", '"canary_nerve"', "FU-CANARY/D")


def renamed(text: str) -> str:
    for old, new in RENAMED.items():
        text = re.sub(rf"(?<![\w-]){old}\b", new, text)
    return text


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A bot on each kind of database, whose content has marked ids."""
    pack = tmp_path / "pack"
    shutil.copytree(FIRST_PACK, pack)
    for each in (*pack.glob("*.yaml"), *pack.glob("pictures/*.svg")):
        each.write_text(renamed(each.read_text(encoding="utf-8")), encoding="utf-8")
    built = await World(database_url, pack=pack).open()
    yield built
    await built.close()


def case(name: str) -> Answers:
    """The answers of a case, in the marked ids."""
    return {question: [RENAMED.get(each, each) for each in options] for question, options in answers(name).items()}


def marks(world: World) -> Marks:
    token = world.telegram.token.partition(":")[2]
    words = {
        "first name": NAME,
        "last name": LAST_NAME,
        "username": USERNAME,
        "typed": TYPED,
        "city": CITY,
        "token": token,
        "webhook's secret": SECRET,
    }
    words |= {f"place {number}": str(number) for number in PLACE}
    plain = {name: each.encode() for name, each in {**words, **{each: each for each in HEALTH}}.items()}
    return {**plain, **{f"id {way}": each for way, each in number(ID).items()}}


async def test_nothing_of_a_marked_person_lies_anywhere_in_plain(world: World, sink: Sink, tmp_path: Path) -> None:
    wanted, scraper = marks(world), Scraper(world)
    assert not hits(sinks(world.url, tmp_path), wanted), "the marks are none before anybody came"
    ana = await a_life(world)
    ben = await somebody_else(world)
    await trouble(world, ana)
    others = [json.dumps(ben.export()), *map(written, documents(ben))]
    await an_operators_day(world)
    await a_broken_turn(world, ana)
    assert "a turn failed" in sink
    assert len(ana.from_bot) > 20
    others.append(await scraper.text())
    await scraper.client.aclose()
    assert not hits(sinks(world.url, tmp_path), wanted)
    await ana.says("/delete")
    await ana.press("Sí, borrar todo")
    assert not hits(sinks(world.url, tmp_path), wanted)
    assert not [line for line in sink.lines for each in wanted.values() if each.decode("utf-8", "replace") in line]
    assert not [each for each in others for mark in wanted.values() if mark.decode("utf-8", "replace") in each]
    logging.getLogger("anything").debug("the sink hears at DEBUG")
    assert "the sink hears at DEBUG" in sink


async def test_the_search_would_find_them(world: World, tmp_path: Path) -> None:
    """A search that finds nothing proves nothing: here somebody writes it down in plain."""
    words = {"words": b"a secret that only this test knows", **number(OTHER_ID)}
    with world.house.database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (number BIGINT, words TEXT)"))
        connection.execute(
            text("INSERT INTO notes VALUES (:id, :words)"), {"id": OTHER_ID, "words": words["words"].decode()}
        )
    found = hits(sinks(world.url, tmp_path), words)
    kind = "SQLite" if world.house.database.is_sqlite else "PostgreSQL"
    assert {each.partition(" in ")[0] for each in found} >= {"words", "as text", f"as {kind} writes it"}
    assert {"words in a dump", "as text in a dump"} <= set(found)


# --- a life -----------------------------------------------------------------------------------------------------------


async def a_life(world: World) -> Chat:
    """Through every room that a person can enter."""
    world.telegram.add_person(ID, NAME, "en", LAST_NAME, USERNAME)
    ana = Chat(world, ID)
    await ana.meet()
    await ana.press(ana.ui("button.news_yes"))
    await ana.press(ana.ui("button.check"))
    await ana.says(TYPED)
    await ana.answers(case("V04"))
    for label in (ICE, NONE, "Hourly…", "All normal: start 10 minutes"):
        await ana.press(label)
    await her_settings(ana)
    await ana.says("/followups")
    await ana.press("Move 5")
    await ana.press("Back")
    await world.later(days=2)
    await ana.answers({**WORSE, "seen": ["not_yet"]})
    await her_papers(ana)
    await ana.press("Español…")
    return ana


async def her_settings(ana: Chat) -> None:
    """A typed city, a shared place, quiet hours, easy words, a break."""
    await ana.says("/settings")
    await ana.press("My clock")
    await ana.press("Search a city")
    await ana.says(CITY)
    await ana.says("/settings")
    await ana.press("My clock")
    await ana.press("Share my location once")
    ana.world.telegram.share_location(ana.user_id, *PLACE)
    await ana.world.settle()
    await ana.says("/pause 1")
    await ana.says("/pause")
    await ana.press("End the break now")


async def her_papers(ana: Chat) -> None:
    """Everything that is drawn or listed about her."""
    await ana.press("A page for the doctor (PDF)")
    await ana.press("For the clinic's computer")
    await ana.says("/run")
    await ana.press("6")
    await ana.press("Right after")
    await ana.press("My diary")
    for command in ("/history", "/export", "/privacy", "/language", "/help", "/emergency", "/stop"):
        await ana.says(command)


async def somebody_else(world: World) -> Chat:
    """Another person, whose copy must hold nothing of the first."""
    ben = world.person("Ben")
    await ben.begin()
    await ben.answers(case("V01"))
    await ben.says("/summary")
    return ben


async def trouble(world: World, ana: Chat) -> None:
    """Everything that can go wrong with Telegram, and an admin who looks at all rooms."""
    for fault in ({"error_code": 400}, {"error_code": 500}, {"cut": True}, {"malformed": True}, {"retry_after": 1}):
        world.telegram.fault(method="sendMessage", description=TYPED if "error_code" in fault else "", **fault)
        await ana.says("/help")
        await world.later(minutes=2)
    kim = world.admin()
    await kim.meet()
    for room in ("People", "Follow-ups", "Health", "Messages to many"):
        await kim.says("/admin")
        await kim.press(room)
    await write(kim)
    await send(kim, 1)
    assert ana.has_read("Hello runners")


async def an_operators_day(world: World) -> None:
    """A bad upload with a secret in it, forged webhooks, what is old is removed, every row under another key."""
    kim = Chat(world, ADMINS[0])
    spoiled = f"{TYPED}: [{world.telegram.token}".encode()
    world.telegram.send_file(kim.user_id, "pack.zip", spoiled)
    await world.settle()
    assert kim.has_read("Not used: pack.zip")
    transport = httpx.ASGITransport(listening.build_app([webhook.route(world.house.intake, SECRET)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as door:
        for secret in (SECRET, NAME):
            await door.post(webhook.PATH, content=f'{{"{TYPED}'.encode(), headers={webhook.SECRET_HEADER: secret})
    await world.house.retaining.work()
    fresh = f"k1:{base64.b64encode(bytes(32)).decode()}"
    for keys in (f"{fresh},{KEYS}", f"{KEYS},{fresh}"):
        renewing = Database(world.url, ring=Ring.parse(keys))
        assert sum(each.rows for each in rotation.rotate(renewing)) > 20
        renewing.close()


async def a_broken_turn(world: World, ana: Chat) -> None:
    """A state that cannot be read: told by its place, and the person hears an apology."""
    await ana.says("/check")
    message, data = ana.find(ana.labels()[0])
    world.house.database.run_now(spoil_episodes)
    ana.tap(message, data)
    await world.settle()


def documents(chat: Chat) -> list[SimMessage]:
    return [message for message in chat.from_bot if message.kind == "document"]


def written(message: SimMessage) -> str:
    return json.dumps(message.payload)
