"""Pictures for those who would rather look than read: asked for by a button, sent as photos, words in their place."""

from __future__ import annotations

import struct

import pytest

from simulator.telegram import SimMessage
from tests.chat.stories import ICE, answers, neuroma
from tests.world import Chat, World

REFUSAL = "Bad Request: IMAGE_PROCESS_FAILED"
FORBIDDEN = "Forbidden: not enough rights to send photos to the chat"
UNKNOWN_FILE = "Bad Request: wrong file identifier/HTTP URL specified"
SHOW, BACK = "Show a picture", "Back to the question"


async def at_where(world: World) -> Chat:
    """Somebody new who is asked where it is."""
    chat = world.person()
    await chat.begin()
    await chat.answers(answers("V04"), until="where")
    return chat


def photos(chat: Chat) -> list[SimMessage]:
    return [message for message in chat.from_bot if message.kind == "photo"]


def size_of(world: World, message: SimMessage) -> tuple[int, int]:
    """Width and height, as the PNG itself says."""
    content = world.telegram.file(message.payload["photo"][-1]["file_id"]).content
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


async def test_where_it_hurts_is_shown_and_the_card_goes_on_being_the_card(world: World) -> None:
    chat = await at_where(world)
    card = chat.last
    await chat.press(SHOW)
    (photo,) = photos(chat)
    assert photo.text.startswith("Two legs from the front and from behind")
    assert size_of(world, photo)[1] == 1280
    assert chat.labels(photo) == [BACK]
    await chat.tick("Toes or ball of foot")
    assert chat.asked == "side"
    assert [message.message_id for message in chat.from_bot][-2:] == [card.message_id, photo.message_id]
    assert "One leg or both?" in chat.messages[chat.messages.index(photo) - 1].text


async def test_from_the_picture_one_tap_brings_the_question_down(world: World) -> None:
    chat = await at_where(world)
    await chat.press("Top of foot")
    await chat.press(SHOW)
    await chat.press(BACK)
    chat.reads("Where is it most?")
    assert "☑ Top of foot" in [button.text for row in chat.last.keyboard for button in row]
    await chat.press("Done (1 ticked)")
    assert chat.asked == "side"
    assert chat.last.kind == "text"


async def test_a_double_tap_shows_one_picture(world: World) -> None:
    chat = await at_where(world)
    message, data = chat.find(SHOW)
    chat.tap(message, data)
    chat.tap(message, data)
    await world.settle()
    assert len(photos(chat)) == 1


async def test_a_picture_is_uploaded_once_and_then_sent_by_its_id(world: World) -> None:
    for _ in range(3):
        await (await at_where(world)).press(SHOW)
    calls = [call for call in world.telegram.journal if call.method == "sendPhoto"]
    assert [isinstance(call.params["photo"], str) for call in calls] == [False, True, True]


async def test_the_picture_speaks_the_persons_language(small_world: World) -> None:
    chat = await at_where(small_world)
    await chat.press(SHOW)
    await chat.says("/language")
    await chat.press("Español")
    await small_world.later(minutes=1)
    await chat.press("Ver un dibujo")
    english, spanish = photos(chat)
    assert spanish.text.startswith("Dos piernas por delante y por detrás")
    assert english.payload["photo"][-1]["file_id"] != spanish.payload["photo"][-1]["file_id"]


async def test_a_forgotten_id_is_uploaded_again(small_world: World) -> None:
    await (await at_where(small_world)).press(SHOW)
    small_world.telegram.fault(method="sendPhoto", error_code=400, description=UNKNOWN_FILE)
    chat = await at_where(small_world)
    await chat.press(SHOW)
    assert len(photos(chat)) == 1


@pytest.mark.parametrize(("code", "refusal"), [(400, REFUSAL), (403, FORBIDDEN)])
async def test_where_telegram_refuses_the_photo_the_words_are_said(small_world: World, code: int, refusal: str) -> None:
    small_world.telegram.fault(method="sendPhoto", error_code=code, description=refusal)
    chat = await at_where(small_world)
    await chat.press(SHOW)
    assert not photos(chat)
    chat.reads("Two legs from the front and from behind", "the outer thigh")
    assert chat.labels() == [BACK]
    await chat.press(BACK)
    chat.reads("Where is it most?")


async def test_a_broken_connection_is_tried_again(small_world: World) -> None:
    small_world.telegram.fault(method="sendPhoto", cut=True)
    chat = await at_where(small_world)
    await chat.press(SHOW)
    assert not photos(chat)
    await small_world.later(seconds=5)
    assert len(photos(chat)) == 1


async def test_a_photo_that_never_gets_through_becomes_words(small_world: World) -> None:
    small_world.telegram.fault(method="sendPhoto", cut=True, times=None)
    chat = await at_where(small_world)
    await chat.press(SHOW)
    for _ in range(5):
        await small_world.later(seconds=30)
    assert not photos(chat)
    chat.reads("Two legs from the front and from behind")


async def test_a_picture_for_somebody_who_has_just_blocked_the_bot_is_dropped(small_world: World) -> None:
    chat = await at_where(small_world)
    blocked = {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    small_world.telegram.fault(method="sendPhoto", **blocked)
    await chat.press(SHOW)
    assert not photos(chat)
    await chat.press("Top of foot")
    assert chat.labels(chat.find("Top of foot")[0])


async def test_a_picture_that_waits_when_the_process_dies_is_sent_by_the_next(small_world: World) -> None:
    chat = await at_where(small_world)
    small_world.telegram.fault(method="sendPhoto", cut=True)
    await chat.press(SHOW)
    await small_world.restart()
    await small_world.later(minutes=1)
    assert len(photos(chat)) == 1


async def test_the_pad_is_shown_from_the_result(world: World) -> None:
    chat = await neuroma(world)
    result = chat.last
    await chat.press("Show where the pad goes")
    assert chat.last.kind == "photo"
    chat.reads("just behind the ball of the foot, towards the heel")
    assert chat.labels() == []
    assert result in chat.from_bot


async def test_icing_is_shown_before_and_during_the_rounds(ana: Chat) -> None:
    await ana.press(ICE)
    await ana.press("None of these")
    await ana.press("Show how to ice")
    assert ana.last.kind == "photo"
    ana.reads("a damp cloth between ice and skin", "10 minutes", "inner ankle")
    await ana.press("Hourly…")
    assert "Show how to ice" in ana.labels()
    await ana.press("All normal: start 10 minutes")
    ana.has_read("put the ice on now")


async def test_no_picture_of_ice_for_somebody_who_may_not_ice(ana: Chat) -> None:
    await ana.press(ICE)
    await ana.press("None of these")
    await ana.press("Hourly…")
    message, data = ana.find("Show how to ice")
    await ana.press("White, hard, waxy or blister")
    ana.tap(message, data)
    await ana.world.settle()
    assert not photos(ana)
