"""/privacy in plain words, layer by layer, and /export: everything kept, for its owner only."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from handlers.screens import Operator
from tests.chat.stories import neuroma
from tests.world import Chat, World

GROUP = -1001234567890
DETAILS = {
    "What I keep": ["time zone", "diary", "no name, no phone number"],
    "Who sees it": ["they hold the key", "not end-to-end encrypted", "Delete chat"],
    "How long": ["7 days", "90 days", "until you erase them", "a year after your last sign"],
    "Your rights": ["/export", "/delete", "complain"],
}


async def test_privacy_says_who_what_how_long_and_what_one_may_do(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/privacy")
    chat.reads("has not given a name here", "not end-to-end encrypted")
    for label, said in DETAILS.items():
        await chat.press(label)
        chat.reads(*said)
        await chat.press("Back")
    assert len(chat.from_bot) == 1
    await chat.press("Back")
    chat.reads("Stride Check", "not a diagnosis")
    small_world.clean()


async def test_who_runs_the_bot_is_named_where_they_have_said_so(sqlite_url: str) -> None:
    world = World(sqlite_url, operator=Operator("Club Verde", "privacy@club.example", "https://club.example/p", 30))
    await world.open()
    chat = world.person()
    await chat.begin()
    await chat.says("/privacy")
    chat.reads("Club Verde runs this bot", "privacy@club.example")
    assert [key.url for row in chat.last.keyboard for key in row if key.url] == ["https://club.example/p"]
    await chat.press("How long")
    chat.reads("30 days")
    await chat.press("Back")
    await chat.press("Back to the question")
    assert chat.asked == "g_life"
    await world.close()


async def test_the_copy_has_everything_to_read_and_as_data(small_world: World) -> None:
    chat, other = await neuroma(small_world), small_world.person("Bob")
    await other.meet()
    await chat.says("/export")
    page, data = sent(small_world, chat)[-2:]
    assert together("Thickened nerve between the toes") in page
    assert together(small_world.words["questions"]["ease"]["ask"]) in page
    document = json.loads(data)
    now = chat.export()
    assert (document["user"], document["episodes"]) == (now["user"], now["episodes"])
    assert {each["kind"] for each in document["episodes"][0]["events"]} >= {"Started", "Pressed"}
    assert str(other.user_id) not in data
    small_world.clean()


async def test_a_copy_comes_once_a_minute(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/export")
    await chat.says("/export")
    chat.reads("on its way")
    await chat.says("/privacy")
    await chat.press("Send me a copy")
    assert "on its way" in (chat.toast or "")
    assert len(sent(small_world, chat)) == 2
    await small_world.later(minutes=1)
    await chat.press("Send me a copy")
    assert len(sent(small_world, chat)) == 4


@pytest.mark.parametrize("command", ["/export", "/delete", "/privacy"])
async def test_in_a_group_nothing_is_sent_or_erased(small_world: World, command: str) -> None:
    chat = small_world.person()
    await chat.meet()
    small_world.telegram.add_group(GROUP, "Run club", [chat.user_id])
    small_world.telegram.send_group_text(GROUP, chat.user_id, command)
    await small_world.settle()
    told = [message for message in small_world.telegram.chat(GROUP) if message.from_bot]
    assert [message.kind for message in told] == ["text"]
    assert chat.export()["user"]["id"] == chat.user_id


def sent(world: World, chat: Chat) -> list[str]:
    """The documents in the chat: a PDF's words, without the spaces, or the text."""
    files: list[dict[str, Any]] = [each.payload["document"] for each in chat.from_bot if each.kind == "document"]
    return [text_of(each["file_name"], world.telegram.file(each["file_id"]).content) for each in files]


def text_of(name: str, content: bytes) -> str:
    if name.endswith(".json"):
        return content.decode()
    return together("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def together(words: str) -> str:
    return "".join(words.split())
