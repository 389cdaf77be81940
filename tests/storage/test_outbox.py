"""What is to be said is claimed in the right order, by one sender, and comes back when the sender is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import erasures, outbox, people, updates
from storage.database import Database
from storage.ledger import NOWHERE
from storage.letters import Letter
from storage.outbox import LEASE
from storage.tables import OutboxRow, PersonRow, UpdateRow
from tests.keys import RING
from tests.storage.rows import HOUR, NOW, a_letter, a_person, an_episode

SECOND = timedelta(seconds=1)


def claim(session: Session, now: datetime = NOW, limit: int = 100, busy: tuple[bytes, ...] = ()) -> list[Letter]:
    return outbox.claim(session, now, limit, busy)


def letters(session: Session, *lanes: int) -> None:
    """One person's letters in these lanes."""
    person = a_person(session)
    for lane in lanes:
        a_letter(session, person, lane=lane)


def look(session: Session, number: int) -> OutboxRow:
    return session.get_one(OutboxRow, number)


def ids(found: list[Letter]) -> list[int]:
    return [letter.id for letter in found]


def test_urgent_goes_first_then_the_order_of_writing_and_recipients_of_broadcasts_not_at_all(
    database: Database,
) -> None:
    database.run_now(letters, outbox.BROADCAST, outbox.FOLLOW_UP, outbox.REPLY, outbox.URGENT, outbox.REPLY)
    assert ids(database.run_now(claim)) == [4, 3, 5, 2]


def test_what_is_claimed_is_not_claimed_again_before_its_lease_ends(database: Database) -> None:
    database.run_now(letters, outbox.REPLY)
    assert ids(database.run_now(claim)) == [1]
    assert database.run_now(claim, NOW + LEASE - SECOND) == []
    again = database.run_now(claim, NOW + LEASE)
    assert [(letter.id, letter.attempts) for letter in again] == [(1, 2)]


def test_the_lease_is_the_next_moment(database: Database) -> None:
    assert database.run_now(outbox.next_moment) is None
    database.run_now(letters, outbox.REPLY)
    assert database.run_now(outbox.next_moment) == NOW
    database.run_now(claim)
    assert database.run_now(outbox.next_moment) == NOW + LEASE


def test_busy_chats_wait_for_themselves_only(database: Database) -> None:
    def work(session: Session) -> None:
        for telegram_id in (101, 102):
            a_letter(session, a_person(session, telegram_id))

    database.run_now(work)
    busy = database.run_now(lambda session: people.mark(session, 101))
    assert ids(database.run_now(claim, NOW, 100, (busy,))) == [2]


def test_at_most_so_many_at_once(database: Database) -> None:
    database.run_now(letters, *[outbox.REPLY] * 5)
    assert ids(database.run_now(claim, NOW, 2)) == [1, 2]
    assert ids(database.run_now(claim, NOW, 2)) == [3, 4]


def test_the_same_thing_is_said_once(database: Database) -> None:
    def work(session: Session) -> int:
        person = a_person(session)
        for _ in range(3):
            a_letter(session, person, dedupe="once")
        a_letter(session, person, dedupe="twice")
        return outbox.waiting(session)

    assert database.run_now(work) == 2


def test_what_was_said_is_still_known_to_have_been_said(database: Database) -> None:
    def work(session: Session) -> int:
        person = a_person(session)
        a_letter(session, person, dedupe="once")
        outbox.mark_sent(session, claim(session)[0], 7, None, NOW)
        a_letter(session, person, dedupe="once")
        return outbox.waiting(session)

    assert database.run_now(work) == 0


def test_a_sent_letter_keeps_no_words(database: Database) -> None:
    database.run_now(letters, outbox.REPLY)
    letter = database.run_now(claim)[0]
    database.run_now(outbox.mark_sent, letter, 7, None, NOW)
    row = database.run_now(look, letter.id)
    assert (row.state, row.say, row.message_id, row.sent_at) == ("sent", None, 7, NOW)


def test_a_letter_too_late_to_matter_is_dropped(database: Database) -> None:
    def work(session: Session) -> None:
        a_letter(session, a_person(session)).expires_at = NOW + HOUR

    database.run_now(work)
    assert database.run_now(claim, NOW + HOUR) == []
    assert database.run_now(look, 1).state == "dropped"


def test_a_held_chat_waits_with_everything_and_others_go_on(database: Database) -> None:
    def work(session: Session) -> None:
        for telegram_id in (101, 102):
            person = a_person(session, telegram_id)
            a_letter(session, person)
            a_letter(session, person, lane=outbox.URGENT)

    database.run_now(work)
    held = next(letter for letter in database.run_now(claim, NOW, 1))
    database.run_now(outbox.put_back, held, NOW + HOUR, hold_chat=True)
    assert {letter.chat_id for letter in database.run_now(claim, NOW + HOUR - SECOND)} == {102}
    assert [letter.chat_id for letter in database.run_now(claim, NOW + HOUR)][:2] == [101, 101]


def test_a_held_chat_is_not_looked_at_before_its_time(database: Database) -> None:
    """A row behind the held one is ready, but its chat is not: nobody should be woken for it every moment."""
    database.run_now(letters, outbox.REPLY, outbox.REPLY)
    first, second = database.run_now(claim)
    database.run_now(outbox.put_back, first, NOW + HOUR, hold_chat=True)
    database.run_now(outbox.put_back, second, NOW)
    assert database.run_now(outbox.next_moment) == NOW + HOUR


def test_after_a_crash_everything_under_way_waits_again(database: Database) -> None:
    database.run_now(letters, outbox.REPLY, outbox.REPLY)
    database.run_now(claim)
    assert database.run_now(outbox.release) == 2
    assert ids(database.run_now(claim)) == [1, 2]


def test_a_message_that_cannot_be_edited_is_said_anew(database: Database) -> None:
    def work(session: Session) -> None:
        row = a_letter(session, a_person(session))
        row.kind, row.message_id = "edit", 55

    database.run_now(work)
    database.run_now(outbox.send_instead, database.run_now(claim)[0], NOW)
    letter = database.run_now(claim)[0]
    assert (letter.kind, letter.message_id, letter.say["kind"]) == ("send", None, "home")


def test_the_card_is_the_message_that_shows_it(database: Database) -> None:
    def work(session: Session) -> None:
        person = a_person(session)
        row = a_letter(session, person)
        row.episode_id, row.card = an_episode(session, person).id, True

    database.run_now(work)
    letter = database.run_now(claim)[0]
    assert letter.pack_id is not None
    database.run_now(outbox.mark_sent, letter, 55, "looks", NOW)
    person = database.run_now(lambda session: session.scalars(select(PersonRow)).one())
    assert person.card_message_id is None
    database.run_now(lambda session: a_letter(session, session.get_one(PersonRow, person.id)).id)

    def claim_for_episode(session: Session) -> Letter:
        session.get_one(OutboxRow, 2).episode_id = letter.episode_id
        session.flush()
        return claim(session)[0]

    again = database.run_now(claim_for_episode)
    assert (again.card_message_id, again.card_hash) == (55, "looks")


def test_nothing_waits_for_somebody_who_blocked_the_bot(database: Database) -> None:
    database.run_now(letters, outbox.REPLY, outbox.URGENT)
    under_way = database.run_now(claim, NOW, 1)[0]
    database.run_now(outbox.drop_for, 1)
    database.run_now(outbox.put_back, under_way, NOW)
    assert database.run_now(claim) == []
    rows = database.run_now(lambda session: [(row.state, row.say) for row in session.scalars(select(OutboxRow))])
    assert rows == [("dropped", None)] * 2


def test_a_letter_that_was_under_way_when_its_person_was_erased_is_taken_back(database: Database) -> None:
    database.run_now(letters, outbox.REPLY)
    letter = database.run_now(claim)[0]
    database.run_now(lambda session: session.delete(session.get_one(OutboxRow, letter.id)))
    database.run_now(outbox.put_back, letter, NOW)
    assert database.run_now(outbox.waiting) == 0
    database.run_now(outbox.mark_sent, letter, 7, None, NOW)
    [wipe] = database.run_now(claim)
    assert (wipe.kind, wipe.chat_id, wipe.person_id) == ("wipe", letter.chat_id, None)
    assert wipe.say["values"] == {"messages": [7]}
    database.run_now(outbox.mark_sent, wipe, None, None, NOW)
    assert database.run_now(lambda session: session.scalars(select(OutboxRow)).all()) == []


def test_an_update_is_new_once(database: Database) -> None:
    assert database.run_now(updates.first_time, 5, NOW)
    assert not database.run_now(updates.first_time, 5, NOW)


def test_what_can_no_longer_matter_is_forgotten(database: Database) -> None:
    def work(session: Session) -> None:
        letters(session, *[outbox.REPLY] * 4)
        session.flush()
        for number, state in enumerate(("sent", "dropped", "dead", "waiting"), 1):
            look(session, number).state = state
        updates.first_time(session, 5, NOW)
        updates.first_time(session, 6, NOW + outbox.KEPT)

    database.run_now(work)
    database.run_now(outbox.tidy, NOW + outbox.KEPT + SECOND)
    left = database.run_now(lambda session: set(session.scalars(select(OutboxRow.state))))
    assert left == {"dead", "waiting"}
    assert database.run_now(lambda session: list(session.scalars(select(UpdateRow.update_id)))) == [6]


def test_two_senders_never_take_the_same_letter(postgres_url: str) -> None:
    ours, theirs = Database(postgres_url, ring=RING), Database(postgres_url, ring=RING)
    ours.run_now(letters, *[outbox.REPLY] * 6)

    def first_half(session: Session) -> tuple[list[int], list[int]]:
        mine = ids(claim(session, NOW, 3))
        session.flush()
        return mine, ids(theirs.run_now(claim))

    assert ours.run_now(first_half) == ([1, 2, 3], [4, 5, 6])
    ours.close()
    theirs.close()


def test_a_slow_chat_gets_what_is_urgent_and_edits_and_what_is_handed_back_was_not_tried(database: Database) -> None:
    def work(session: Session) -> bytes:
        person = a_person(session, 101)
        for lane, kind in ((outbox.REPLY, "send"), (outbox.REPLY, "edit"), (outbox.URGENT, "send")):
            a_letter(session, person, lane=lane).kind = kind
        a_letter(session, a_person(session, 102))
        return person.mark

    slow = database.run_now(work)
    found = database.run_now(outbox.claim, NOW, 100, (), None, (slow,))
    assert ids(found) == [3, 2, 4]
    database.run_now(outbox.hand_back, found)
    again = database.run_now(claim)
    assert [(letter.id, letter.attempts) for letter in again] == [(3, 1), (1, 1), (2, 1), (4, 1)]


def test_what_was_handed_back_by_who_was_too_slow_stays_with_the_other(database: Database) -> None:
    database.run_now(letters, outbox.REPLY)
    late = database.run_now(claim)
    database.run_now(claim, NOW + LEASE)
    database.run_now(outbox.hand_back, late)
    assert database.run_now(look, 1).state == "sending"


def test_what_arrives_after_its_reader_was_erased_is_wiped_and_changes_no_row_that_took_its_number(
    database: Database,
) -> None:
    def work(session: Session) -> list[tuple[str, str]]:
        person = a_person(session)
        a_letter(session, person)
        [card] = outbox.claim(session, NOW, 1, ())
        a_letter(session, person)
        [said] = outbox.claim(session, NOW, 1, ())
        outbox.mark_sent(session, said, 7, None, NOW)
        erasures.erase(session, NOWHERE, 101, NOW)  # SQLite gives the first number anew
        outbox.mark_sent(session, card, 8, None, NOW)
        session.flush()
        return [(row.kind, row.state) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]

    assert database.run_now(work) == [("wipe", "waiting")] * 2
