"""Content is published between any two presses: whoever is in the middle of a check goes on with what they began."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import cycle

import pytest

from content.load import pack_files, parse_pack
from storage import publications
from tests.chat.test_publishing import changed
from tests.chat.test_second_pack import AFTER_WINTER, ITCH
from tests.world import Answers, Chat, World

SIGNS = "\N{BULLET}\N{LOZENGE}"
LATER = {"g_now": ["none"], "status": ["better"], "strength_now": ["3"]}


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot that plays the second pack."""
    world = await World(sqlite_url, pack=ITCH).open()
    yield world
    world.clean()
    await world.close()


def marked(sign: str, version: str) -> dict[str, bytes]:
    """The second pack, each of whose questions begins with this sign."""
    files = changed(version=version)
    files["en.yaml"] = files["en.yaml"].replace(b'ask: "', f'ask: "{sign} '.encode())
    return files


class Publisher:
    """Publishes one version after the other, and the first again."""

    def __init__(self, world: World) -> None:
        self._world, self._versions = world, cycle([marked(SIGNS[0], "2"), marked(SIGNS[1], "3")])

    async def publish(self) -> None:
        files, now = next(self._versions), self._world.clock.now()
        database = self._world.house.database
        pack_id = database.run_now(publications.store, parse_pack(files), files, now)
        database.run_now(publications.publish, pack_id, now)


async def answer_each(chat: Chat, given: Answers, publisher: Publisher) -> list[str]:
    """One version after the other while somebody answers; the questions that were asked."""
    asked = []
    while (question := chat.asked) is not None:
        await publisher.publish()
        asked.append(question)
        await chat.answer(*given[question])
    return asked


async def test_a_check_its_result_and_its_check_ins_stay_on_the_version_that_it_began_with(world: World) -> None:
    publisher, chats = Publisher(world), [world.person(name) for name in ("Ana", "Ben")]
    begun = []
    for chat in chats:  # on the first version and on the second
        await chat.begin()
        begun.append(chat.export()["episodes"][0]["version"])
        await publisher.publish()
    assert begun == ["1", "2"]
    for chat in chats:
        assert await answer_each(chat, AFTER_WINTER, publisher) == list(AFTER_WINTER)
    await world.later(days=3, minutes=1)
    for chat in chats:
        assert await answer_each(chat, LATER, publisher) == list(LATER)
    assert [chat.export()["episodes"][0]["version"] for chat in chats] == begun
    assert [signs(chat) for chat in chats] == [{""}, {SIGNS[0]}]


def signs(chat: Chat) -> set[str]:
    """How every question began that this person was ever asked."""
    plain = "|".join(map(re.escape, re.findall('ask: "(.*)"', pack_files(ITCH)["en.yaml"].decode())))
    calls = [call for call in chat.world.telegram.journal if call.params.get("chat_id") == chat.user_id]
    return {sign for call in calls for sign in re.findall(rf"([{SIGNS}]?) ?(?:{plain})", call.params.get("text", ""))}
