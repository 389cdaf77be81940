"""Six kinds of outsiders at every admin door: all refused, all written down, nothing revealed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from telegram import Update

from content import words
from handlers.admin import door
from handlers.callback import AdminPress, encode
from storage import audit, people
from tests.world import Chat, World

GROUP = -77
ZIP = b"PK\x05\x06" + b"\0" * 18
PRESSES = sorted(door.ACTS)


def who(session: Session, person_id: int | None) -> int | None:
    """The Telegram id of somebody in the audit."""
    row = people.known(session, person_id)
    return row.telegram_id if row is not None else None


def refused(world: World) -> list[tuple[int | None, str]]:
    def read(session: Session) -> list[tuple[int | None, str]]:
        return [(who(session, row.by), row.act) for row in audit.newest(session, 1000) if not row.allowed]

    return world.house.database.run_now(read)


def admitted(world: World) -> int:
    return len(world.house.database.run_now(audit.newest, 1000)) - len(refused(world))


def reveals(chat: Chat) -> bool:
    """Does anything in this chat speak of an admin's side?"""
    told = {text for key, text in words.catalogue(chat.language).items() if key.startswith("admin.") and len(text) > 12}
    return any(text in message.text for message in chat.from_bot for text in told)


def card_of(chat: Chat) -> int:
    return chat.last.message_id


async def at_every_door(chat: Chat, message_id: int) -> int:
    """The command, every button and an upload; how many doors."""
    await chat.says("/admin")
    for name in PRESSES:
        chat.world.telegram.tap(chat.user_id, message_id, encode(AdminPress(name, "1")))
    chat.world.telegram.send_file(chat.user_id, "pack.zip", ZIP)
    await chat.world.settle()
    return len(PRESSES) + 2


async def test_an_admin_comes_in(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    kim.reads(kim.ui("admin.title"), small_world.pack.version)
    await kim.press(kim.ui("admin.room.content"))
    kim.reads(kim.ui("admin.content.title"), "came with the program")
    await kim.press(kim.ui("admin.back"))
    kim.reads(kim.ui("admin.title"))
    assert not refused(small_world)


async def test_a_stranger_with_forged_buttons_is_refused(world: World) -> None:
    eve = world.person("Eve")
    await eve.meet()
    doors = await at_every_door(eve, card_of(eve))
    assert len(refused(world)) == doors
    assert {by for by, _ in refused(world)} == {eve.user_id}
    assert not admitted(world)
    assert not reveals(eve)


async def test_a_former_admin_is_refused_on_the_cards_of_before(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    panel = kim.last
    small_world.admins = frozenset()
    await small_world.restart()
    seen = len(kim.from_bot)
    doors = await at_every_door(kim, panel.message_id)
    assert len(refused(small_world)) == doors
    later = [message.text for message in kim.from_bot[seen:]]
    assert not [text for text in later if kim.ui("admin.title") in text]


async def test_an_admins_forwarded_command_is_somebody_elses(small_world: World) -> None:
    kim, eve = small_world.admin(), small_world.person("Eve")
    small_world.telegram.forward_text(kim.user_id, "/admin", eve.user_id)
    await small_world.settle()
    assert refused(small_world) == [(kim.user_id, "command")]
    assert not reveals(kim)


@pytest.mark.parametrize("payload", ["admin", "a" * 64])
async def test_a_forged_link_opens_no_door(small_world: World, payload: str) -> None:
    eve = small_world.person("Eve")
    await eve.says(f"/start {payload}")
    assert not reveals(eve)
    assert not admitted(small_world)


async def test_a_message_that_was_changed_into_a_command_opens_no_door_not_even_an_admins(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    seen = len(kim.from_bot)
    small_world.telegram.send_kind(kim.user_id, "edited_message")
    await small_world.settle()
    assert not [message for message in kim.from_bot[seen:] if kim.ui("admin.title") in message.text]


async def test_a_post_in_a_channel_is_nobodys_command(small_world: World) -> None:
    channel = {"id": GROUP, "type": "channel", "title": "Runners"}
    post = {"message_id": 5, "date": 1, "chat": channel, "sender_chat": channel, "text": "/admin"}
    application = small_world.house.application
    await application.process_update(Update.de_json({"update_id": 7, "channel_post": post}, application.bot))
    await small_world.settle()
    assert not admitted(small_world)
    assert not [call for call in small_world.telegram.journal if call.method == "sendMessage"]


@pytest.mark.parametrize(
    "act",
    [
        lambda world, kim: world.telegram.send_group_text(GROUP, kim.user_id, "/admin"),
        lambda world, kim: world.telegram.send_group_text_anonymously(GROUP, "/admin@StrideCheckBot"),
        lambda world, kim: world.telegram.send_group_file(
            GROUP, kim.user_id, "pack.zip", ZIP, caption="@StrideCheckBot"
        ),
    ],
    ids=["a_command", "an_anonymous_admin_of_the_group", "an_upload"],
)
async def test_even_an_admin_is_refused_in_a_group(small_world: World, act: Callable[[World, Chat], object]) -> None:
    kim = small_world.admin()
    small_world.telegram.add_group(GROUP, "Runners", [kim.user_id])
    await small_world.settle()
    act(small_world, kim)
    await small_world.settle()
    assert len(refused(small_world)) == 1
    told = [message.text for message in small_world.telegram.chat(GROUP) if message.from_bot]
    assert told == [words.say("en", "group")]


async def test_a_forged_button_in_a_group_is_refused_without_a_word(small_world: World) -> None:
    kim = small_world.admin()
    small_world.telegram.add_group(GROUP, "Runners", [kim.user_id])
    await small_world.settle()
    line = next(message for message in small_world.telegram.chat(GROUP) if message.from_bot)
    small_world.telegram.tap(kim.user_id, line.message_id, encode(AdminPress("admin")))
    await small_world.settle()
    assert refused(small_world) == [(None, "press")]  # in a group, from somebody whom the bot has not met
    assert len([message for message in small_world.telegram.chat(GROUP) if message.from_bot]) == 1


async def test_an_unknown_button_of_an_admin_leads_to_the_first_card(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    kim.tap(kim.last, encode(AdminPress("of_long_ago", "7")))
    await small_world.settle()
    kim.reads(kim.ui("admin.title"))
