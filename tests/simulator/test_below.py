"""The keyboard below the input line, and the locations that it asks for: as strict as Telegram."""

from __future__ import annotations

import pytest
import telegram as ptb

from simulator.telegram import Telegram
from tests.simulator.conftest import KIM

SHARE = {"text": "Share", "request_location": True}


def send(telegram: Telegram, markup: object, chat_id: int = KIM) -> str:
    """How Telegram refuses it; "" when it does not."""
    answer = telegram.call("sendMessage", {"chat_id": chat_id, "text": "?", "reply_markup": markup})
    return "" if answer["ok"] else str(answer["description"]).removeprefix("Bad Request: ")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ({"keyboard": [[SHARE], ["No"]], "one_time_keyboard": True}, ""),
        ({"remove_keyboard": True}, ""),
        ({"keyboard": [SHARE]}, 'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays'),
        ({"keyboard": [[{"text": " "}]]}, "keyboard button text must be non-empty"),
        ({"keyboard": [["x"] * 13]}, "reply markup is too long"),
    ],
)
def test_a_keyboard_is_taken_or_refused_in_telegrams_words(
    telegram: Telegram, markup: dict[str, object], words: str
) -> None:
    assert send(telegram, markup) == words


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": [["x"]], "one_time": True},
        {"keyboard": [[{"text": "x", "callback_data": "x"}]]},
        {"keyboard": [[{**SHARE, "request_contact": True}]]},
    ],
)
def test_what_telegram_would_silently_ignore_is_refused(telegram: Telegram, markup: dict[str, object]) -> None:
    assert "refuse" in send(telegram, markup)


def test_a_group_is_not_asked_where_it_is(telegram: Telegram) -> None:
    telegram.add_group(-5, "Runners", [KIM])
    assert send(telegram, {"keyboard": [[SHARE]]}, -5) == "location can be requested in private chats only"


async def test_a_shared_place_arrives_as_a_location_and_no_place_is_none(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.share_location(KIM, 4.711, -74.0721)
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.location == ptb.Location(longitude=-74.0721, latitude=4.711)
    with pytest.raises(ValueError, match="no place on the earth"):
        telegram.share_location(KIM, 91, 0)
