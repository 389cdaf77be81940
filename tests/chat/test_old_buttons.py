"""Old buttons are guests, forged ones are nobody, and a double tap counts once."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from handlers.callback import decode
from tests.chat.stories import ICE, NONE, NUMBERS, answers, planned
from tests.world import START, Answers, Chat, World

START_A_CHECK = "Start a check"
SKIN_OK = "All normal: start 10 minutes"
BETTER: Answers = {
    "new_danger": ["no"],
    "status": ["better"],
    "score": ["2"],
    "changed": ["none"],
    "numb_between": ["no"],
}


# --- old buttons ----------------------------------------------------------------------------------------------------


async def test_every_earlier_button_of_a_check_changes_nothing(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.answers(answers("V04"), until="dur")
    await chat.press("Back")
    await chat.press("Back")
    await chat.answers(answers("V04"), until="dur")
    assert await press_again(chat, shown(chat)) > 60
    assert chat.asked == "dur"
    assert chat.has_read("Question 11")


async def test_every_earlier_button_after_the_result_changes_nothing(ana: Chat) -> None:
    text = ana.last.text
    assert await press_again(ana, shown(ana)) > 130
    assert ana.has_read(text)
    assert ana.asked is None


async def test_every_earlier_button_while_icing_changes_nothing(ana: Chat) -> None:
    for label in (ICE, NONE, "Hourly…", SKIN_OK):
        await ana.press(label)
    await ana.world.later(minutes=10)
    await ana.press("The ice is off")
    await ana.world.later(minutes=50)
    await press_again(ana, shown(ana, newer_than=START), live=("Stop icing", ICE))
    ana.world.clock.push(timedelta(minutes=1))
    await ana.press(SKIN_OK)
    assert ana.has_read("Round 2: put the ice on")


async def test_every_earlier_button_during_a_check_in_changes_nothing(ana: Chat) -> None:
    await ana.world.until(START + timedelta(days=1))
    await ana.press("No, nothing new")
    await ana.press("Better")
    await press_again(ana, shown(ana, sample=40))
    assert ana.asked == "score"
    await ana.answers(BETTER)
    assert ana.has_read("getting better")


async def test_every_earlier_button_after_the_end_changes_nothing(ana: Chat) -> None:
    await ana.world.until(START + timedelta(days=1))
    await ana.press("Stop these")
    await press_again(ana, shown(ana, sample=40), live=("Ask me again", ICE))
    assert planned(ana) == []


async def test_an_old_button_shows_the_current_question_again(ana: Chat) -> None:
    await ana.world.until(START + timedelta(days=1))
    old, data = ana.find("No, nothing new")
    await ana.world.until(START + timedelta(days=2))
    assert ana.last.message_id > old.message_id
    ana.tap(old, data)
    await ana.world.settle()
    assert ana.toast
    assert ana.asked == "new_danger"
    assert ana.last.keyboard
    assert not next(message for message in ana.from_bot if message.message_id == old.message_id).keyboard


async def test_a_tap_on_a_deleted_message_is_answered(ana: Chat) -> None:
    await ana.says("/check")
    card, data = ana.find(NONE)
    ana.world.expects = {"Bad Request: message to edit not found"}
    ana.world.telegram.delete_message(ana.user_id, card.message_id)
    ana.tap(card, data)
    await ana.world.settle()
    assert ana.asked == "g_spine"
    ana.reads("Question 2")
    await ana.press(NONE)
    assert ana.asked == "g_limb"


Shown = list[tuple[int, str, str]]


def shown(chat: Chat, *, newer_than: datetime | None = None, sample: int | None = None) -> Shown:
    """Every button that was ever shown and is not on the newest message: (message, data, label)."""
    found: dict[tuple[int, str], str] = {}
    for call in chat.world.telegram.journal:
        if call.method not in {"sendMessage", "editMessageText"} or call.params.get("chat_id") != chat.user_id:
            continue
        if newer_than is not None and call.at < newer_than:
            continue
        rows = call.params.get("reply_markup", {}).get("inline_keyboard", [])
        message_id = int(call.params.get("message_id") or call.message_id or 0)
        found |= {(message_id, key["callback_data"]): key["text"] for row in rows for key in row}
    now = {(chat.last.message_id, button.data) for row in chat.last.keyboard for button in row}
    ever = [(*place, label) for place, label in found.items() if place not in now]
    return random.Random(7).sample(ever, sample) if sample and sample < len(ever) else ever


async def press_again(chat: Chat, old: Shown, *, live: tuple[str, ...] = (ICE,)) -> int:
    """Press them all; nothing about the person's checks may change. `live`: buttons that are meant to work any time."""
    dead = [(message_id, data) for message_id, data, label in old if label not in {NUMBERS, START_A_CHECK, *live}]
    before = chat.state()
    for start in range(0, len(dead), 10):
        for message_id, data in dead[start : start + 10]:
            chat.world.telegram.tap(chat.user_id, message_id, data)
        await chat.world.settle()
        assert chat.state() == before, dead[start : start + 10]
    return len(dead)


# --- forged buttons -------------------------------------------------------------------------------------------------

EPISODE = (
    "=nosuch", "=", "+none", "-none", "+nosuch", "!done", "!nosuch", "!later", "!later:60", "!later:99999999999",
    "!rhythm:hourly", "!rhythm:nosuch", "!skin:1:ok", "!skin:x:y", "!off:1", "!off:x", "!ice_stop", "!restart",
    "!ice", "!about", "!sources", "+saddle", "=tingling", "!skin", "!off", "!rhythm", "!back:2",
)  # fmt: skip
PERSON = (
    "clock.60", "clock.x", "place.Europe/Paris", "place.Foo/Bar", "place.../../etc/passwd", "age.16", "age.u16",
    "consent.no", "consent.yes", "go.", "back.", "drop.999999999999", "drop.x", "drop.-1", "undo_stop.",
    "resume.", "countries.x", "countries.999999999999999999999", "countries.-1", "country.XX", "country.",
    "country.gb", "nosuch.", "followups.", "numbers.x", "help.x", "privacy.x", "check.",
    "run.", "run.x", "run.new/9/3", "run.new/0/11", "run.new/0/-1", "run.1/undo", "run.999999999999999999/score/3",
    "run.1/where/0", "diary.", "diary.7",
)  # fmt: skip


@pytest.mark.parametrize("where", ["in a check", "after the result"])
async def test_forged_data_changes_nothing(ana: Chat, where: str) -> None:
    if where == "in a check":
        await ana.says("/check")
        ana.world.clock.push(timedelta(minutes=2))
    turn, episode = ana.state()[1][-1][3]["turn"], ana.state()[1][-1][0]
    forged = [f"e{episode}.{turn}.{option}" for option in EPISODE if option not in {"!ice", "!restart"}]
    forged += [f"e{episode}.{wrong}.=none" for wrong in ("0", "zzzzzz", str(turn + 1), "-1", "")]
    own = [name for name in PERSON if where == "in a check" or name != "check."]
    forged += [f"p{guess}.{name}" for name in own for guess in ("1", "5")]
    await tap_all(ana, forged)


async def test_random_bytes_change_nothing(ana: Chat) -> None:
    rng = random.Random(2)
    signs = "ep.0123456789az=+-!:_/ é\N{RUNNER}\x00\n\"'<>&%"
    junk = ["".join(rng.choices(signs, k=rng.randint(1, 40))) for _ in range(60)]
    junk += [
        "e" * 64,
        "p" + "0" * 63,
        "e1.1." + "=" * 59,
        "e1.1.=" + "x" * 58,
        "\N{RUNNER}" * 16,
        "e" + "9" * 63,
        "e٣.1.=a",
    ]
    await tap_all(ana, [each for each in junk if decode(each) is None])


async def test_other_peoples_buttons_change_nothing(ana_on_both: Chat) -> None:
    ana, world = ana_on_both, ana_on_both.world
    bob = world.person("Bob")
    await bob.begin()
    await bob.press(NONE)
    before = ana.state(), bob.state()
    mine = [data for _, data, _ in shown(ana)] + [button.data or "" for row in ana.last.keyboard for button in row]
    mine = [data for data in mine if data.startswith("e")]
    rows = [f"p1.drop.{number}" for number in range(1, 6)]
    for data in [*mine[-20:], *rows]:
        bob.tap(bob.last, data)
        await world.settle()
    theirs = [button.data or "" for row in bob.last.keyboard for button in row]
    for data in [each for each in theirs if each.startswith("e")]:
        ana.tap(ana.last, data)
        await world.settle()
    assert (ana.state(), bob.state()) == before


@pytest.mark.parametrize("data", ["clock.99999", "clock.x", "place.Foo/Bar", "age.17", "consent.maybe", "go.x"])
async def test_a_forged_meeting_stays_where_it_is(small_world: World, data: str) -> None:
    chat = small_world.person()
    await chat.says("/start")
    for step in ("Continue", "09:00", "London, United Kingdom", "16 or older", "I agree"):
        turn, before = chat.state()[0][4], chat.state()
        if not (data == "go.x" and step == "Continue"):
            chat.tap(chat.last, f"p{turn}.{data}")
            await small_world.settle()
            assert chat.state()[0][:4] == before[0][:4]
        await chat.press(step)
    assert "Start a check" in chat.labels()


async def tap_all(chat: Chat, forged: list[str]) -> None:
    """Forged presses on the newest card, one after the other: each is answered, none changes anything."""
    card, before = chat.last, chat.state()
    for data in forged:
        chat.tap(card, data)
        await chat.world.settle()
        assert chat.state() == before, data
        chat.world.clock.push(timedelta(seconds=2))
    sent = [call for call in chat.world.telegram.journal if call.method == "answerCallbackQuery"]
    assert len(sent) >= len(forged)


# --- double taps ----------------------------------------------------------------------------------------------------


async def test_a_check_in_which_everything_is_tapped_twice_comes_out_the_same(ana_on_both: Chat) -> None:
    once, world = ana_on_both, ana_on_both.world
    twice = world.person("Bob")
    await twice.begin()
    given = answers("V04")
    while question := twice.asked:
        options = given[question]
        labels = [twice.label(question, option) for option in options]
        if world.pack.questions[question].multiple and not set(options) <= world.pack.questions[question].alone:
            for label in labels:
                await tap_twice(twice, label)
            labels = [f"Done ({len(labels)} ticked)"]
        await tap_twice(twice, labels[0])
    assert twice.last.text == once.last.text
    ours, theirs = once.export()["episodes"][0], twice.export()["episodes"][0]
    assert ours["answers"] == theirs["answers"]
    assert len(twice.from_bot) == len(once.from_bot)


@pytest.mark.parametrize("label", [ICE, "More about it", "Sources"])
async def test_a_double_tap_under_the_result_says_it_once(ana: Chat, label: str) -> None:
    said = len(ana.from_bot)
    await tap_twice(ana, label)
    assert len(ana.from_bot) == said + 1
    await ana.world.later(minutes=2)
    await ana.press(label)
    assert len(ana.from_bot) == said + 2


async def icing(chat: Chat) -> None:
    for label in (ICE, NONE):
        await chat.press(label)


async def checking(chat: Chat) -> None:
    await chat.world.until(START + timedelta(days=1))


async def putting_off(chat: Chat) -> None:
    await checking(chat)
    await chat.press("Ask me later")


async def listing(chat: Chat) -> None:
    await chat.says("/followups")


async def stopping(chat: Chat) -> None:
    await chat.says("/stop")


@pytest.mark.parametrize(
    ("lead", "label"),
    [
        (icing, "Hourly…"),
        (icing, "Stop icing"),
        (checking, "No, nothing new"),
        (checking, "Stop these"),
        (checking, "Ask me later"),
        (putting_off, "In 1 hour"),
        (putting_off, "Back"),
        (listing, "Cancel 3"),
        (stopping, "Bring the reminders back"),
    ],
)
async def test_a_double_tap_counts_once(ana: Chat, lead: Callable[[Chat], Awaitable[object]], label: str) -> None:
    await lead(ana)
    message, data = ana.find(label)
    ana.tap(message, data)
    await ana.world.settle()
    before, said = ana.state(), len(ana.from_bot)
    ana.tap(message, data)
    await ana.world.settle()
    assert ana.state() == before
    assert len(ana.from_bot) <= said + (label == "No, nothing new")


async def test_a_repeated_update_is_harmless(world: World) -> None:
    chat = world.person()
    await chat.begin()
    message, data = chat.find(NONE)
    update = world.telegram.tap(chat.user_id, message.message_id, data)
    await world.settle()
    before, said = chat.state(), len(chat.from_bot)
    world.telegram.redeliver(update)
    await world.settle()
    await world.restart()
    world.telegram.redeliver(update)
    await world.settle()
    assert chat.state() == before
    assert len(chat.from_bot) == said


async def test_thirty_taps_at_once_are_all_answered_and_count_once(world: World) -> None:
    chat = world.person()
    await chat.begin()
    message, data = chat.find("Both legs weak" if chat.asked == "g_spine" else "Chest, breath or faint")
    for _ in range(30):
        chat.tap(message, data)
    await world.settle()
    assert [button.text for row in chat.last.keyboard for button in row if "☑" in button.text] == [
        "☑ Chest, breath or faint"
    ]
    assert json.dumps(chat.state()[1][0][3]["ticked"]) == '["chest_breath_faint"]'


async def tap_twice(chat: Chat, label: str) -> None:
    """Two taps before the bot sees the first."""
    message, data = chat.find(label)
    chat.tap(message, data)
    chat.tap(message, data)
    await chat.world.settle()


@pytest.mark.parametrize("command", ["/help", "/privacy", "/emergency"])
async def test_from_a_card_in_between_one_tap_brings_the_question_down(small_world: World, command: str) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.says(command)
    await chat.press("Back to the question")
    chat.reads("Right now, or since the run: any of these?")
    await chat.press("None of these")
    assert chat.asked == "g_spine"
