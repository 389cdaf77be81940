"""What waits is brought to Telegram, in order and once; every way in which a call can fail has its own effect."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from handlers.record import TAP_LIVES
from simulator.telegram import Call
from storage import drafts, outbox, people
from storage.drafts import Draft
from storage.tables import OutboxRow, PersonRow
from tests.bot.tools import Outage, until
from tests.world import Chat, World

SECOND = timedelta(seconds=1)
BLOCKED = {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}
DEACTIVATED = {"error_code": 403, "description": "Forbidden: user is deactivated"}
NOT_FOUND = {"error_code": 400, "description": "Bad Request: chat not found"}


@pytest.fixture
async def chat(world: World) -> Chat:
    """Somebody at the first question."""
    met = world.person()
    await met.begin()
    return met


def calls(chat: Chat, method: str) -> list[Call]:
    """The bot's calls of this kind to this chat, failed ones too."""
    return [call for call in chat.world.telegram.journal if call.method == method and _to(call) == chat.user_id]


def _to(call: Call) -> object:
    return call.params.get("chat_id")


def letters(session: Session) -> list[OutboxRow]:
    return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def last_letter(chat: Chat, kind: str = "") -> OutboxRow:
    rows = chat.world.house.database.run_now(letters)
    return [row for row in rows if row.person_id == person(chat).id and kind in {"", row.kind}][-1]


def person(chat: Chat) -> PersonRow:
    row = chat.world.house.database.run_now(people.find, chat.user_id)
    assert row is not None
    return row


def say(chat: Chat, kind: str, lane: int = outbox.REPLY, **values: object) -> None:
    """Something to be said, straight into the outbox."""
    told: dict[str, object] = {"kind": kind, "values": values}
    draft = Draft(person=person(chat), lane=lane, kind="send", say=told)
    chat.world.house.database.run_now(drafts.add, [draft], chat.world.clock.now())


# --- nobody is there --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [BLOCKED, DEACTIVATED, NOT_FOUND], ids=lambda each: str(each["description"]))
async def test_somebody_who_is_gone_gets_nothing_more(world: World, chat: Chat, trouble: dict[str, Any]) -> None:
    say(chat, "home")
    say(chat, "numbers", turn=1)
    world.telegram.fault(method="sendMessage", chat_id=chat.user_id, **trouble)
    before = len(calls(chat, "sendMessage"))
    await world.settle()
    assert len(calls(chat, "sendMessage")) == before + 1, "one try, and no other letter"
    assert person(chat).blocked_at == world.clock.now()
    assert last_letter(chat).state == "dropped"
    assert last_letter(chat).say is None


async def test_a_refused_edit_says_that_somebody_is_gone_too(world: World, chat: Chat) -> None:
    world.telegram.fault(method="editMessageText", **BLOCKED)
    await chat.press("None of these")
    assert person(chat).blocked_at is not None


async def test_somebody_who_comes_back_is_answered_again(world: World, chat: Chat) -> None:
    world.telegram.fault(method="sendMessage", **BLOCKED)
    await chat.says("/help")
    await chat.says("/help")
    chat.reads("/followups")
    assert person(chat).blocked_at is None


async def test_others_are_not_concerned(world: World, chat: Chat) -> None:
    other = world.person()
    await other.begin()
    world.telegram.fault(method="sendMessage", chat_id=chat.user_id, **BLOCKED)
    for each in (chat, other):
        world.telegram.send_text(each.user_id, "/help")
    await world.settle()
    other.reads("/followups")
    assert person(other).blocked_at is None


# --- it is so already, or cannot be so --------------------------------------------------------------------------------


async def test_a_message_that_looks_so_already_is_a_success(world: World, chat: Chat) -> None:
    not_modified = "Bad Request: message is not modified: specified new message content ..."
    world.telegram.fault(method="editMessageText", error_code=400, description=not_modified, after_work=True)
    await chat.press("None of these")
    assert last_letter(chat, "edit").state == "sent"
    await chat.press("None of these")
    assert last_letter(chat, "edit").state == "sent"


async def test_a_press_that_is_too_old_to_answer_is_a_success(world: World, chat: Chat) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    world.telegram.fault(method="answerCallbackQuery", error_code=400, description=too_old)
    with capture_logs() as lines:
        await chat.press("None of these")
    assert last_letter(chat, "answer").state == "sent"
    assert not [line for line in lines if line["log_level"] == "error"]


async def test_a_card_that_was_deleted_comes_as_a_new_message(world: World, chat: Chat) -> None:
    message, data = chat.find("None of these")
    chat.tap(message, data)
    world.telegram.delete_message(chat.user_id, message.message_id)
    await world.settle()
    assert chat.last.message_id > message.message_id
    asked = chat.last.text
    await chat.press("None of these")
    assert chat.last.text != asked, "and it is the card from now on"
    assert [call.ok for call in calls(chat, "editMessageText")][-1]


async def test_buttons_of_a_deleted_message_are_not_taken_off_again(world: World, chat: Chat) -> None:
    await chat.says("/start")
    message, data = chat.find(chat.labels()[0])
    chat.tap(message, data)
    world.telegram.delete_message(chat.user_id, message.message_id)
    await world.settle()
    assert last_letter(chat, "strip").state == "dropped"
    assert not [row for row in world.house.database.run_now(letters) if row.state in {"waiting", "sending", "dead"}]


async def test_a_letter_that_telegram_will_never_take_goes_to_the_dead(world: World, chat: Chat) -> None:
    world.telegram.fault(method="sendMessage", error_code=400, description="Bad Request: can't parse entities")
    with capture_logs() as lines:
        await chat.says("/help")
    assert last_letter(chat).state == "dead"
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["a letter will never be accepted"]
    await chat.says("/privacy")
    assert last_letter(chat).state == "sent"


async def test_a_letter_that_cannot_be_drawn_goes_to_the_dead_and_stops_nobody(world: World, chat: Chat) -> None:
    other = world.person()
    await other.begin()
    say(chat, "no such kind")
    say(chat, "home")
    say(other, "home")
    with capture_logs() as lines:
        await world.settle()
    rows = world.house.database.run_now(letters)
    assert [row.state for row in rows[-3:]] == ["dead", "sent", "sent"]
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["a letter cannot be written"]


async def test_a_toast_that_cannot_be_drawn_stops_nobody(world: World, chat: Chat) -> None:
    message, _ = chat.find("None of these")
    world.telegram.tap(chat.user_id, message.message_id, "e1.0.=old")
    await world.house.intake.poll_once(0)

    def spoil(session: Session) -> None:
        session.scalars(select(OutboxRow).where(OutboxRow.kind == "answer", OutboxRow.state == "waiting")).one().say = {
            "kind": "no such toast",
            "values": {},
        }

    world.house.database.run_now(spoil)
    await world.settle()
    assert last_letter(chat, "answer").state == "dead"
    await chat.says("/help")
    chat.reads("/followups")


# --- not now ----------------------------------------------------------------------------------------------------------


async def test_telegrams_wait_is_obeyed_to_the_second_and_holds_that_chat_only(world: World, chat: Chat) -> None:
    other = world.person()
    await other.begin()
    world.telegram.fault(method="sendMessage", chat_id=chat.user_id, retry_after=35)
    before = len(calls(chat, "sendMessage"))
    for each in (chat, other):
        world.telegram.send_text(each.user_id, "/help")
    await world.settle()
    other.reads("/followups")
    await chat.says("/privacy")
    world.clock.push(34.9 * SECOND)
    await world.settle()
    assert len(calls(chat, "sendMessage")) == before + 1
    world.clock.push(0.1 * SECOND)
    await world.settle()
    assert [call.ok for call in calls(chat, "sendMessage")[before:]] == [False, True, True]
    assert "/followups" in chat.from_bot[-2].text, "and in the order in which it was to be said"


async def test_telegrams_wait_outlives_the_process(world: World, chat: Chat) -> None:
    world.telegram.fault(method="sendMessage", retry_after=3600)
    before = len(calls(chat, "sendMessage"))
    await chat.says("/help")
    await world.restart()
    await world.settle()
    world.clock.push(3599 * SECOND)
    await world.settle()
    assert len(calls(chat, "sendMessage")) == before + 1
    world.clock.push(SECOND)
    await world.settle()
    chat.reads("/followups")


async def test_what_never_reached_telegram_is_sent_once(world: World, chat: Chat) -> None:
    world.telegram.fault(method="sendMessage", cut=True)
    before = len(chat.from_bot)
    await chat.says("/help")
    assert len(chat.from_bot) == before
    world.clock.push(SECOND)
    await world.settle()
    assert len(chat.from_bot) == before + 1


@pytest.mark.parametrize("trouble", [{"cut": True}, {"hang_s": 60}, {"error_code": 502}])
async def test_what_may_have_reached_telegram_is_sent_at_most_twice(
    world: World, chat: Chat, trouble: dict[str, Any]
) -> None:
    world.telegram.fault(method="sendMessage", after_work=True, **trouble)
    before = len(chat.from_bot)
    await chat.says("/help")
    world.clock.push(SECOND)
    await world.settle()
    world.clock.push(timedelta(hours=1))
    await world.settle()
    assert len(chat.from_bot) == before + 2


async def test_a_question_is_never_shown_twice_because_an_edit_is_safe_to_repeat(world: World, chat: Chat) -> None:
    before = len(chat.from_bot)
    world.telegram.fault(method="editMessageText", cut=True, after_work=True)
    await chat.press("None of these")
    world.clock.push(SECOND)
    await world.settle()
    assert len(chat.from_bot) == before
    assert last_letter(chat, "edit").state == "sent"


async def test_each_failure_makes_the_next_wait_longer(world: World, chat: Chat) -> None:
    world.telegram.fault(method="sendMessage", times=9, error_code=500)
    world.telegram.send_text(chat.user_id, "/help")
    waits = []
    for _ in range(9):
        await world.settle()
        held = last_letter(chat).not_before
        waits.append((held - world.clock.now()).total_seconds())
        world.clock.push(held - world.clock.now())
    await world.settle()
    assert waits == [1, 2, 4, 8, 16, 20, 20, 20, 20]
    chat.reads("/followups")


async def test_a_failed_answer_is_tried_again_while_the_press_still_waits(world: World, chat: Chat) -> None:
    world.telegram.fault(method="answerCallbackQuery", cut=True)
    await chat.press("None of these")
    assert world.telegram.unanswered()
    world.clock.push(SECOND)
    await world.settle()
    assert not world.telegram.unanswered()


async def test_an_answer_that_comes_too_late_is_not_sent(world: World, chat: Chat) -> None:
    chat.tap(*chat.find("None of these"))
    answered = len(world.telegram.answers)
    await world.house.intake.poll_once(0)
    world.clock.push(TAP_LIVES)
    await world.settle()
    assert last_letter(chat, "answer").state == "dropped"
    assert last_letter(chat, "edit").state == "sent"
    assert len(world.telegram.answers) == answered
    assert not world.telegram.refused()


# --- order ------------------------------------------------------------------------------------------------------------


async def test_one_chat_reads_everything_in_the_order_it_was_said(world: World, chat: Chat) -> None:
    commands = ("/help", "/privacy", "/emergency", "/followups", "/help", "/privacy") * 3
    for command in commands:
        world.telegram.send_text(chat.user_id, command)
    before = len(chat.from_bot)
    await world.settle()
    said = [message.text for message in chat.from_bot[before:]]
    assert len(said) == len(commands)
    by_command = dict(zip(commands, said, strict=True))
    assert said == [by_command[command] for command in commands]


async def test_an_urgent_letter_overtakes(world: World, chat: Chat) -> None:
    say(chat, "home", outbox.FOLLOW_UP)
    say(chat, "language", outbox.REPLY, turn=1)
    say(chat, "numbers", outbox.URGENT, turn=1)
    await world.settle()
    assert ["999" in message.text for message in chat.from_bot[-3:]] == [True, False, False]


async def test_an_urgent_letter_overtakes_other_peoples_reminders(world: World, chat: Chat) -> None:
    others = [world.person() for _ in range(5)]
    for other in others:
        world.telegram.send_text(other.user_id, "/start")
    await world.settle()
    for other in others:
        say(other, "home", outbox.FOLLOW_UP)
    say(chat, "numbers", outbox.URGENT, turn=1)
    before = len(world.telegram.journal)
    await world.settle()
    sent = [_to(call) for call in world.telegram.journal[before:] if call.method == "sendMessage"]
    assert sent[0] == chat.user_id
    assert len(sent) == 6


async def test_many_ticks_at_once_are_one_edit(world: World, chat: Chat) -> None:
    message, _ = chat.find("None of these")
    ticks = [button.data for row in message.keyboard for button in row if (button.data or "").count(".+")]
    before = len(calls(chat, "editMessageText"))
    for data in ticks:
        chat.tap(message, data or "")
    await world.settle()
    assert len(calls(chat, "editMessageText")) == before + 1
    assert sum(button.text.startswith("☑") for row in chat.last.keyboard for button in row) == len(ticks)
    assert not world.telegram.unanswered()


# --- the sender dies, or the database does ----------------------------------------------------------------------------


async def test_what_a_dead_sender_had_taken_is_sent_when_its_lease_ends(world: World, chat: Chat) -> None:
    before = len(chat.from_bot)
    say(chat, "home")
    taken = world.house.database.run_now(outbox.claim, world.clock.now(), 10, ())
    assert len(taken) == 1
    await world.settle()
    assert len(chat.from_bot) == before
    world.clock.push(outbox.LEASE)
    await world.settle()
    assert len(chat.from_bot) == before + 1


async def test_what_a_dead_process_had_taken_is_sent_at_the_next_start(world: World, chat: Chat) -> None:
    before = len(chat.from_bot)
    say(chat, "home")
    world.house.database.run_now(outbox.claim, world.clock.now(), 10, ())
    await world.restart()
    await world.settle()
    assert len(chat.from_bot) == before + 1


async def test_the_sender_goes_on_when_the_database_is_back(world: World, chat: Chat, outage: Outage) -> None:
    before = len(chat.from_bot)
    say(chat, "home")
    deliver = world.house.deliver
    outage.begin()
    with capture_logs() as lines:
        task = asyncio.create_task(deliver.run())
        await until(lambda: lines)
    outage.end()
    deliver.wake()
    await until(lambda: len(chat.from_bot) == before + 1)
    await deliver.stop()
    await asyncio.wait_for(task, 2)
    assert {line["event"] for line in lines} == {"the outbox cannot be read"}


async def test_what_telegram_has_is_not_said_again_because_the_database_was_away(small_world: World) -> None:
    world, chat = small_world, small_world.person()
    tries: list[int] = []

    def away(_: object) -> None:
        if chat.from_bot and len(tries) < 2:
            tries.append(1)
            raise OperationalError("the server is gone", None, Exception())

    event.listen(world.house.database.engine, "begin", away)
    await chat.says("/start")
    assert len(tries) == 2
    world.clock.push(2 * outbox.LEASE)
    await world.settle()
    assert len(chat.from_bot) == 1


# --- the sender's rest ------------------------------------------------------------------------------------------------


async def test_a_held_chat_does_not_keep_the_sender_awake(world: World, chat: Chat) -> None:
    say(chat, "home")
    say(chat, "home")
    world.telegram.fault(method="sendMessage", retry_after=3600)
    looks: list[int] = []
    task = asyncio.create_task(world.house.deliver.run())
    await until(lambda: person(chat).not_before is not None)
    await asyncio.sleep(0.1)
    event.listen(world.house.database.engine, "begin", lambda connection: looks.append(1))
    await asyncio.sleep(0.4)
    assert len(looks) <= 2
    await world.house.deliver.stop()
    await asyncio.wait_for(task, 2)


async def test_stopping_finishes_what_is_under_way_and_leaves_the_rest(world: World, chat: Chat) -> None:
    say(chat, "home")
    task = asyncio.create_task(world.house.deliver.run())
    await until(lambda: last_letter(chat).state == "sent")
    await world.house.deliver.stop()
    await asyncio.wait_for(task, 2)
    say(chat, "home")
    await asyncio.sleep(0.05)
    assert last_letter(chat).state == "waiting"
