"""Markup in a name, statements in a text, everything that a group can bring: nobody is told anything odd by it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from content import words
from simulator.kinds import KINDS, payload
from tests.chat.stories import NONE
from tests.world import Chat, World

GROUP = -1_001_234_567_890
MARKUP = '<b>&"\'</a><a href="tg://user?id=1">_*[x](http://y)`\N{RIGHT-TO-LEFT OVERRIDE}'
STATEMENTS = (
    "'; DROP TABLE people; --",
    "x' OR '1'='1",
    "%s %(now)s :now ? \\x00",
)


def everything_sent(world: World) -> str:
    """All that the bot ever sent or edited, to anybody."""
    return "\n".join(str(call.params) for call in world.telegram.journal if call.method != "getUpdates")


async def test_markup_in_a_name_and_in_a_groups_title_is_repeated_to_nobody(small_world: World) -> None:
    eve, kim = small_world.person(MARKUP), small_world.admin(MARKUP)
    await eve.begin()
    await eve.press(NONE)
    for command in ("/help", "/privacy", "/followups", "/settings", MARKUP):
        await eve.says(command)
    await kim.says("/admin")
    for label in [label for label in kim.labels() if label]:
        await kim.press(label)
        await kim.says("/admin")
    small_world.telegram.add_group(GROUP, MARKUP, [eve.user_id])
    await small_world.settle()
    assert "href" not in everything_sent(small_world)


async def test_a_statement_is_a_text_like_any_other_at_every_door(ana: Chat) -> None:
    world = ana.world
    await ana.says("/check")
    kim, before = world.admin(), ana.state()
    await kim.says("/admin")
    for text in STATEMENTS:
        for said in (text, f"/start {text}", f"/emergency {text}", f"/run {text}"):
            await ana.says(said)
        for data in (f"e1.1.={text}", f"p1.place.{text}", f"a.content.{text}"):
            ana.tap(ana.last, data)
            kim.tap(kim.last, data)
            await world.settle()
        world.telegram.send_file(kim.user_id, f"{text}.zip", b"no zip")
        await world.settle()
    assert [ana.state()[1], ana.state()[2:]] == [before[1], before[2:]]
    assert (await ana.answers({"g_life": ["none"]}, until="g_spine")) == ["g_life"]


SERVICE: list[dict[str, Any]] = [
    {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "Eve"}]},
    {"left_chat_member": {"id": 5, "is_bot": False, "first_name": "Eve"}},
    {"migrate_to_chat_id": GROUP - 1},
    {"migrate_from_chat_id": GROUP + 1},
    {"new_chat_title": "my numb leg"},
    {"text": "my leg is numb and my chest hurts", "reply_to_message": {"message_id": 1, "date": 1}},
    {"text": "I want to die"},
]


async def test_whatever_a_group_brings_it_hears_one_line_and_nothing_about_health(ana: Chat) -> None:
    world, application = ana.world, ana.world.house.application
    world.telegram.add_group(GROUP, "Run club", [ana.user_id])
    await world.settle()
    before, chat = ana.state(), {"id": GROUP, "type": "supergroup", "title": "Run club"}
    sender = {"id": ana.user_id, "is_bot": False, "first_name": "Ana"}
    for number, content in enumerate([*map(payload, KINDS), *SERVICE], start=9000):
        message = {"message_id": number, "date": 1, "chat": chat, "from": sender, **content}
        if "reply_to_message" in message:
            message["reply_to_message"] |= {"chat": chat}
        await application.process_update(Update.de_json({"update_id": number, "message": message}, application.bot))
        await world.settle()
    told = [message.text for message in world.telegram.chat(GROUP) if message.from_bot]
    assert told == [words.say("en", "group")]
    assert ana.state() == before
    assert {call.params["chat_id"] for call in world.telegram.journal if call.params.get("chat_id", 0) < 0} == {GROUP}


@pytest.mark.parametrize("language", ["'; DROP TABLE people; --", "<b>", "xx-" + "y" * 30])
async def test_an_odd_language_is_the_first_one(small_world: World, language: str) -> None:
    eve = small_world.person("Eve", language)
    await eve.says("/start")
    eve.reads("not a diagnosis")
