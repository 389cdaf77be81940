"""/delete: one card, one yes, and nothing is left: not in a table, not in what is under way, not in an old backup."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import letters, outbox, people, recipients
from storage.columns import Base
from storage.ledger import Entry, LedgerError
from storage.tables import OutboxRow
from tests.chat.stories import emergency, neuroma
from tests.world import START, Chat, World

YES, NO = "Yes, erase everything", "No, keep everything"
ABOUT_PEOPLE = {"people", "episodes", "events", "follow_ups", "runs", "files", "outbox", "concerned", "admins"}


async def erase(chat: Chat) -> None:
    await chat.says("/delete")
    await chat.press(YES)


def left(session: Session) -> dict[str, int]:
    """How many rows there are in each table that is about people."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in ABOUT_PEOPLE]
    counts = {table.name: len(session.execute(select(table)).all()) for table in tables}
    return {name: count for name, count in counts.items() if count}


async def test_nothing_is_left_but_a_receipt_and_nothing_comes_after_it(world: World) -> None:
    chat = await neuroma(world)
    await world.later(days=3)
    old = [message.message_id for message in chat.from_bot if message.at <= world.clock.now() - timedelta(hours=48)]
    await chat.says("/delete")
    chat.reads("cannot be undone", "Delete chat", "does not name you")
    await chat.press(YES)
    assert world.house.database.run_now(left) == {}
    assert [message.message_id for message in chat.from_bot[:-1]] == old
    chat.reads("Erased on 26 November 2026, 09:00", "Nothing about you is kept")
    assert re.search(r"Receipt: \d{4}-\d{4}", chat.last.text)
    said = len(chat.from_bot)
    await world.later(days=30)
    assert len(chat.from_bot) == said
    await chat.says("/start")
    chat.reads("Stride Check", "not a diagnosis")
    world.clean()


async def test_a_press_just_before_the_yes_is_answered_too(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    asked = chat.last
    await chat.says("/delete")
    card, yes = chat.find(YES)
    chat.tap(asked, asked.keyboard[0][0].data or "")
    chat.tap(card, yes)
    await small_world.settle()
    assert not small_world.telegram.unanswered()
    assert small_world.house.database.run_now(left) == {}


async def test_others_lose_nothing(small_world: World) -> None:
    ana, bob = small_world.person(), small_world.person("Bob")
    await ana.begin()
    await bob.meet()
    before = ana.state()
    await erase(bob)
    assert ana.state() == before
    assert small_world.house.database.run_now(left)["people"] == 1


async def test_who_keeps_everything_keeps_everything(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    before = chat.state()
    await chat.says("/delete")
    await chat.press(NO)
    chat.reads("erased nothing")
    assert chat.state() == before
    await chat.press("Back to the question")
    assert chat.asked == "g_life"


async def test_a_yes_from_long_ago_or_from_an_earlier_life_asks_again(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.says("/delete")
    card, yes = chat.find(YES)
    await small_world.later(hours=2)
    chat.tap(card, yes)
    await small_world.settle()
    assert chat.state()
    chat.reads("Erase everything about you?")
    await chat.press(YES)
    await small_world.later(minutes=1)
    await chat.says("/start")
    for forged in (yes, "p0.erase.yes/", "p0.erase.yes/99999999999999", "p0.erase.yes/x", "p0.erase.no", "p0.erase.q"):
        chat.tap(chat.last, forged)
        await small_world.settle()
    assert small_world.house.database.run_now(left)["people"] == 1


async def test_a_double_tap_an_old_button_and_a_block_make_nobody_known_again(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    await small_world.later(days=3)
    question = chat.last
    await chat.says("/delete")
    card, yes = chat.find(YES)
    chat.tap(card, yes)
    chat.tap(card, yes)
    await small_world.settle()
    assert chat.count(lambda message: "Receipt" in message.text) == 1
    chat.tap(question, question.keyboard[0][0].data or "")
    await small_world.settle()
    assert chat.toast == "I keep nothing about you. /start begins anew."
    small_world.telegram.block(chat.user_id)
    await small_world.settle()
    assert small_world.house.database.run_now(left) == {}
    small_world.clean()


async def test_a_crash_after_the_yes_loses_neither_the_deleting_nor_the_receipt(small_world: World) -> None:
    chat = await emergency(small_world)
    await chat.says("/delete")
    card, yes = chat.find(YES)
    chat.tap(card, yes)
    await small_world.house.intake.poll_once(0)
    assert small_world.house.database.run_now(left).keys() == {"outbox"}
    await small_world.restart()
    await small_world.settle()
    assert [message.text.partition("\n")[0] for message in chat.from_bot] == ["Erased on 23 November 2026, 09:00"]
    assert small_world.house.database.run_now(left) == {}


async def test_a_crash_between_the_note_and_the_commit_erases_and_gives_the_receipt(small_world: World) -> None:
    """The note is made last: the next start erases, and the press, which was never confirmed, comes again."""
    chat = await emergency(small_world)
    await small_world.later(minutes=1)
    await chat.says("/delete")
    card, yes = chat.find(YES)
    chat.tap(card, yes)
    mark = small_world.house.database.run_now(people.mark, chat.user_id)
    small_world.house.ledger.append([Entry(small_world.clock.now(), mark, "4031-7752")])
    await small_world.restart()
    await small_world.settle()
    chat.reads("Erased on 23 November 2026, 09:01", "Receipt: 4031-7752")
    assert chat.toast == "I keep nothing about you. /start begins anew."
    assert [message.text.partition("\n")[0] for message in chat.from_bot] == ["Erased on 23 November 2026, 09:01"]
    assert small_world.house.database.run_now(left) == {}
    small_world.clean()


async def test_what_telegram_does_not_delete_stays_and_the_receipt_comes(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    for method in ("deleteMessages", "deleteMessage"):
        small_world.telegram.fault(method=method, error_code=400, description="Bad Request: message can't be deleted")
    await erase(chat)
    assert [message.text.startswith("Erased") for message in chat.from_bot] == [False, True]
    assert small_world.house.database.run_now(left) == {}


async def test_more_messages_than_telegram_deletes_at_once_are_all_deleted(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()

    def many(session: Session) -> None:
        person = people.find(session, chat.user_id)
        assert person is not None
        numbers = [small_world.telegram.call("sendMessage", {"chat_id": chat.user_id, "text": "."}) for _ in range(120)]
        for each in numbers:
            row = OutboxRow(person_id=person.id, chat=person.mark, lane=1, kind="send", card=False, state="sent")
            row.attempts = 1
            row.message_id, row.sent_at = each["result"]["message_id"], small_world.clock.now()
            row.not_before = row.created_at = small_world.clock.now()
            session.add(row)

    small_world.house.database.run_now(many)
    gone = chat.messages[-1]
    small_world.telegram.call("deleteMessage", {"chat_id": chat.user_id, "message_id": gone.message_id})
    await erase(chat)
    assert len(chat.from_bot) == 1
    sizes = [
        len(call.params["message_ids"]) for call in small_world.telegram.journal if call.method == "deleteMessages"
    ]
    assert max(sizes) == 100
    small_world.telegram.violations.clear()  # 120 messages at once are the test's, not the bot's


async def test_whoever_comes_back_with_an_older_backup_is_erased_before_anything_is_sent(
    small_world: World, tmp_path: Path
) -> None:
    ana, bob = small_world.person(), small_world.person("Bob")
    await ana.begin()
    await bob.begin()
    await small_world.close()
    backup = shutil.copy(tmp_path / "bot.db", tmp_path / "backup.db")
    await small_world.restart()
    small_world.clock.push(timedelta(minutes=1))
    await erase(ana)
    said = len(ana.from_bot)
    await small_world.close()
    for name in ("bot.db-wal", "bot.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(backup, tmp_path / "bot.db")
    small_world.clock.push(timedelta(days=2))
    await small_world.restart()
    await small_world.settle()
    assert ana.export() == {}
    assert bob.export()["episodes"]
    assert len(ana.from_bot) == said
    await ana.meet()
    await small_world.restart()
    assert ana.export()["user"]["consent"]["at"]


@pytest.mark.parametrize("broken", ["no folder", "no line"])
async def test_what_cannot_be_noted_is_not_erased_and_not_confirmed(small_world: World, broken: str) -> None:
    chat = small_world.person()
    await chat.begin()
    before = chat.state()
    path = small_world.house.ledger.path
    assert path is not None
    if broken == "no folder":
        path.unlink()
        path.mkdir()
        await erase(chat)
        chat.reads("could not erase anything")
        assert chat.state() == before
    else:
        path.write_text("2026-11-23T09:00:00+00:00 what\n", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"The erasure ledger .*bot\.db\.erased (cannot be|is broken in line 1)"):
        await small_world.restart()


async def test_the_ledger_names_nobody(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await erase(chat)
    path = small_world.house.ledger.path
    assert path is not None
    [line] = path.read_text(encoding="utf-8").splitlines()
    assert str(chat.user_id) not in line.split()[1:]
    assert line.split()[2] in chat.last.text
    assert oct(path.stat().st_mode)[-3:] == "600"


async def test_a_message_to_many_under_way_when_its_person_is_erased_is_taken_back(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    sent = small_world.telegram.call("sendMessage", {"chat_id": chat.user_id, "text": "news"})["result"]["message_id"]
    await erase(chat)
    await small_world.house.database.run(late, chat.user_id, sent)
    await small_world.settle()
    assert [message.text for message in chat.from_bot if message.text == "news"] == []
    assert small_world.house.database.run_now(left) == {}


def late(session: Session, user_id: int, message_id: int) -> None:
    """The sender comes back with a row that is gone."""
    row = OutboxRow(id=999, chat=b"", chat_id=user_id, lane=outbox.BROADCAST, kind="send", card=False, attempts=1)
    recipients.arrived(session, letters.letter(row, None, None), message_id, START)
