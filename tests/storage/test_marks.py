"""What came of many letters is written down with one statement."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import marking
from storage import drafts, export, outbox, people
from storage.database import Database
from storage.drafts import Draft
from storage.outbox import Sent
from storage.tables import OutboxRow, PersonRow
from tests.storage.rows import NOW, a_person


def card_of(person: PersonRow) -> tuple[int | None, str | None]:
    return person.card_message_id, person.card_hash


def a_pair(session: Session) -> list[Draft]:
    """An answer and an edit, to each of two people; and an answer in a group, where nobody is known."""
    found = [a_person(session, each) for each in (101, 102)]
    answers = [Draft(person=each, kind="answer", lane=outbox.URGENT) for each in found]
    edits = [Draft(person=each, kind="edit", lane=outbox.REPLY, card=True, message_id=7) for each in found]
    return [*answers, *edits, Draft(chat_id=-5, kind="answer", lane=outbox.URGENT)]


def test_what_came_of_several_letters_is_written_with_one_statement_of_those_that_are_still_there(
    database: Database,
) -> None:
    database.run_now(lambda session: drafts.add(session, a_pair(session), NOW))
    sent = [Sent(each, each.message_id, "looks", NOW) for each in database.run_now(outbox.claim, NOW, 10, ())]
    database.run_now(export.erase, 102)
    database.run_now(marking.write, sent)

    def work(session: Session) -> None:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        assert [(row.kind, row.state) for row in rows if row.kind != "wipe"] == [
            ("answer", "sent"), ("edit", "sent"), ("answer", "sent"),
        ]  # fmt: skip
        assert [row.say["values"]["messages"] for row in rows if row.kind == "wipe"] == [[7]]
        card = people.find(session, 101)
        assert card is not None
        assert card_of(card) == (7, "looks")

    database.run_now(work)


def test_a_row_that_was_read_before_its_card_was_marked_is_read_again(database: Database) -> None:
    def work(session: Session) -> None:
        person = a_person(session)
        drafts.add(session, [Draft(person=person, kind="edit", lane=outbox.REPLY, card=True, message_id=7)], NOW)
        assert card_of(person) == (None, None)
        marking.write(session, [Sent(each, 7, "looks", NOW) for each in outbox.claim(session, NOW, 10, ())])
        assert card_of(person) == (7, "looks")

    database.run_now(work)
