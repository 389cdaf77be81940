"""A message to many against a model of it: each person at most one copy, unless nobody can know; counts add up."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage import audience, broadcasts, outbox, people, recipients
from storage.admin_tables import BroadcastRow
from storage.database import Database
from storage.letters import Letter
from storage.tables import OutboxRow, PersonRow
from tests.storage.rows import NOW, a_person

PEOPLE = (101, 102, 103, 104)
KINDS = (audience.NEWS, audience.SAFETY)


class BroadcastMachine(RuleBasedStateMachine):
    """`database`: set by whoever runs it; emptied before each example."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.now, self.number, self.kind = NOW, 0, ""
        self.state, self.meant = "none", 0
        self.held: list[Letter] = []
        self.copies = Counter[int]()
        self.unsure = Counter[int]()
        self.blocked: set[int] = set()
        self.database.run_now(_empty)

    @precondition(lambda self: self.state == "none")
    @rule(kind=st.sampled_from(KINDS))
    def confirm(self, kind: str) -> None:
        self.number, self.kind, self.state = self.database.run_now(_begin, kind), kind, "sending"
        self.meant = len(PEOPLE) - 1 - len(self.blocked)
        assert self.database.run_now(_start_again, self.number) == 0, "a second yes queued it again"

    @rule()
    def take(self) -> None:
        found = self.database.run_now(recipients.claim, self.now)
        if found is None:
            return
        assert self.state == "sending", "somebody was taken after Pause or Cancel"
        letter = found[1]
        assert letter.chat_id not in self.blocked
        assert letter.chat_id not in {each.chat_id for each in self.held}, "two on their way to one person"
        self.held.append(letter)

    @precondition(lambda self: self.held)
    @rule()
    def telegram_has_it(self) -> None:
        letter = self.held.pop(0)
        self.copies[letter.chat_id] += 1
        self.database.run_now(recipients.arrived, letter, 1, self.now)

    @precondition(lambda self: self.held)
    @rule()
    def telegram_refuses_it(self) -> None:
        letter = self.held.pop(0)
        self.database.run_now(lambda session: recipients.mark(session, letter.id, "dead", self.now, error="BadRequest"))

    @precondition(lambda self: self.held)
    @rule(seconds=st.sampled_from((1, 35, 3600)))
    def telegram_says_wait(self, seconds: int) -> None:
        self.database.run_now(recipients.put_back, self.held.pop(0).id, self.now + timedelta(seconds=seconds))

    @precondition(lambda self: self.held)
    @rule(had=st.booleans())
    def the_process_dies(self, had: bool) -> None:
        self._lost(had=had)
        self.database.run_now(broadcasts.release)

    @precondition(lambda self: self.held)
    @rule(had=st.booleans())
    def a_sender_is_never_heard_of_again(self, had: bool) -> None:
        self._lost(had=had)
        self.now += recipients.LEASE
        self.database.run_now(broadcasts.give_up, self.now)

    def _lost(self, *, had: bool) -> None:
        """Telegram may have them all or none of them."""
        for letter in self.held:
            self.copies[letter.chat_id] += had
            self.unsure[letter.chat_id] += 1
        self.held.clear()

    @rule(whose=st.sampled_from(PEOPLE[1:]))
    def block(self, whose: int) -> None:
        if whose not in {each.chat_id for each in self.held}:
            self.blocked.add(whose)
            self.database.run_now(_block, whose)

    @rule(to=st.sampled_from(("paused", "sending", "cancelled")))
    def press(self, to: str) -> None:
        if self.database.run_now(_press, self.number, to):
            self.state = to

    @rule(seconds=st.sampled_from((1, 40, 3700)))
    def time_passes(self, seconds: int) -> None:
        """Not so long that night falls."""
        if self.now - NOW < timedelta(hours=8) and not self.held:
            self.now += timedelta(seconds=seconds)

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        for whose, many in self.copies.items():
            again = self.unsure[whose] if self.kind == audience.SAFETY else 0
            assert many <= 1 + again, (whose, many)

    @invariant()
    def the_counts_add_up(self) -> None:
        counts = self.database.run_now(broadcasts.tally, self.number)
        assert counts.total() == self.meant
        assert counts["sending"] == len(self.held)

    def teardown(self) -> None:
        """Let go on, everybody who may get it gets it."""
        if self.state not in {"sending", "paused"}:
            return
        self.database.run_now(_press, self.number, "sending")
        while self.held:
            self.telegram_has_it()
        self.now += timedelta(hours=1)
        while (found := self.database.run_now(recipients.claim, self.now)) is not None:
            self.copies[found[1].chat_id] += 1
            self.database.run_now(recipients.arrived, found[1], 1, self.now)
        assert self.database.run_now(broadcasts.is_over, self.number)


def _empty(session: Session) -> None:
    for table in (OutboxRow, BroadcastRow, PersonRow):
        session.execute(delete(table))
    for each in PEOPLE:
        a_person(session, each).news = True


def _begin(session: Session, kind: str) -> int:
    first = people.find(session, PEOPLE[0])
    assert first is not None
    first.blocked_at = NOW  # the admin does not get it
    row = broadcasts.draft(session, first.id, kind, NOW)
    row.words = {"en": {"html": "Hello"}}
    session.flush()
    broadcasts.start(session, row, NOW)
    return row.id


def _start_again(session: Session, number: int) -> int:
    row = broadcasts.lock(session, number)
    return broadcasts.start(session, row, NOW) if row else 0


def _press(session: Session, number: int, to: str) -> bool:
    row = broadcasts.lock(session, number) if number else None
    if row is None:
        return False
    if to == "cancelled":
        return broadcasts.cancel(session, row, NOW)
    return broadcasts.pause(session, row) if to == "paused" else broadcasts.resume(session, row)


def _block(session: Session, whose: int) -> None:
    person = people.find(session, whose)
    assert person is not None
    people.block(session, person.id, NOW)
    outbox.drop_for(session, person.id)
