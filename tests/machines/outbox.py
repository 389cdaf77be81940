"""The outbox against a model of it: nothing lost, one sender a chat, each key once, the lanes in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage import export, outbox, people, said
from storage.database import Database
from storage.letters import Letter
from storage.outbox import LEASE
from storage.tables import OutboxRow, PersonRow
from tests.storage.rows import NOW, a_letter, a_person

PEOPLE = (101, 102, 103)
LANES = (outbox.URGENT, outbox.REPLY, outbox.FOLLOW_UP)


@dataclass(slots=True)
class Expected:
    """A row as it should be. `whose`: the Telegram id; `farewell`: it belongs to nobody and leaves no trace."""

    whose: int
    lane: int
    state: str = "waiting"
    not_before: datetime = NOW
    lease_until: datetime | None = None
    farewell: bool = False


class OutboxMachine(RuleBasedStateMachine):
    """`database`: set by whoever runs it; emptied before each example."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.rows: dict[int, Expected] = {}
        self.keys: set[str] = set()
        self.held: dict[int, list[Letter]] = {}
        self.holds: dict[int, datetime] = {}
        self.messages = 0
        self._run(_empty)

    def _run(self, work: Callable[..., object], *given: object) -> object:
        return self.database.run_now(work, *given)

    # --- what happens

    @rule(whose=st.sampled_from(PEOPLE), lane=st.sampled_from(LANES), key=st.sampled_from((None, None, "a", "b")))
    def write(self, whose: int, lane: int, key: str | None) -> None:
        number = self._run(_write, whose, lane, key, self.now)
        if key in self.keys:
            assert number is None, "a key was used twice"
            return
        assert isinstance(number, int)
        self.keys |= {key} if key else set()
        self.rows[number] = Expected(whose, lane, not_before=self.now)

    @rule(most=st.integers(1, 5))
    def claim(self, most: int) -> None:
        busy = [letters[0].chat for letters in self.held.values()]
        found = self.database.run_now(outbox.claim, self.now, most, busy)
        assert [letter.id for letter in found] == self._may_go()[:most]
        for letter in found:
            row = self.rows[letter.id]
            row.state, row.lease_until = "sending", self.now + LEASE
            self.held.setdefault(row.whose, []).append(letter)

    def _may_go(self) -> list[int]:
        free = [
            (row.lane, number) for number, row in self.rows.items() if row.whose not in self.held and self._may(row)
        ]
        return [number for _, number in sorted(free)]

    def _may(self, row: Expected) -> bool:
        is_back = row.state == "sending" and row.lease_until is not None and row.lease_until <= self.now
        held_until = NOW if row.farewell else self.holds.get(row.whose, NOW)
        return (row.state == "waiting" or is_back) and max(row.not_before, held_until) <= self.now

    def _next(self) -> tuple[int, Letter]:
        whose = min(self.held)
        letter = self.held[whose].pop(0)
        if not self.held[whose]:
            del self.held[whose]
        return whose, letter

    @precondition(lambda self: self.held)
    @rule()
    def telegram_has_it(self) -> None:
        whose, letter = self._next()
        self.messages += 1
        self._run(outbox.mark_sent, letter, self.messages, None, self.now)
        if letter.id not in self.rows:  # erased meanwhile: what was said to them is deleted from the chat
            self._learn(whose)
        elif self.rows[letter.id].farewell:
            del self.rows[letter.id]
        else:
            self.rows[letter.id].state = "sent"

    @precondition(lambda self: self.held)
    @rule()
    def it_will_never_be_accepted(self) -> None:
        _, letter = self._next()
        self._run(outbox.mark_failed, letter, "dead", "BadRequest", self.now)
        if letter.id in self.rows and self.rows[letter.id].farewell:
            del self.rows[letter.id]
        elif letter.id in self.rows:
            self.rows[letter.id].state = "dead"

    @precondition(lambda self: self.held)
    @rule(seconds=st.integers(1, 90), hold=st.booleans())
    def wait(self, seconds: int, hold: bool) -> None:
        whose, letter = self._next()
        until = self.now + timedelta(seconds=seconds)
        self._run(lambda session: outbox.put_back(session, letter, until, hold_chat=hold))
        row = self.rows.get(letter.id)
        if row is not None and row.state == "sending":
            row.state, row.not_before = "waiting", until
        if hold and row is not None and not row.farewell:
            self.holds[whose] = until

    @rule(seconds=st.sampled_from((1, 20, 61)))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_process_dies(self) -> None:
        self.held.clear()
        self._run(outbox.release)
        for row in self.rows.values():
            row.state = "waiting" if row.state == "sending" else row.state

    @rule()
    def a_sender_is_never_heard_of_again(self) -> None:
        self.held.clear()

    @rule(whose=st.sampled_from(PEOPLE))
    def block(self, whose: int) -> None:
        self._run(_block, whose, self.now)
        for row in self.rows.values():
            if row.whose == whose and not row.farewell and row.state in {"waiting", "sending"}:
                row.state = "dropped"

    @rule(whose=st.sampled_from(PEOPLE))
    def erase(self, whose: int) -> None:
        self._run(_erase, whose)
        self.rows = {number: row for number, row in self.rows.items() if row.whose != whose or row.farewell}
        self.keys = {key for key in self.keys if self._run(said.was, key)}
        self.holds.pop(whose, None)

    def _learn(self, whose: int) -> None:
        for number, kind in self._stored(OutboxRow.kind).items():
            if number not in self.rows:
                assert kind == "wipe"
                self.rows[number] = Expected(whose, outbox.REPLY, not_before=self.now, farewell=True)

    def _stored(self, column: InstrumentedAttribute[str]) -> dict[int, str]:
        return self.database.run_now(_column, column)

    # --- what always holds

    @invariant()
    def nothing_is_lost_and_nothing_comes_from_nowhere(self) -> None:
        assert self._stored(OutboxRow.state) == {number: row.state for number, row in self.rows.items()}


def _column(session: Session, column: InstrumentedAttribute[str]) -> dict[int, str]:
    """Of every row."""
    return {row.id: row[1] for row in session.execute(select(OutboxRow.id, column))}


def _empty(session: Session) -> None:
    session.execute(delete(OutboxRow))
    session.execute(delete(PersonRow))
    for each in PEOPLE:
        a_person(session, each)


def _write(session: Session, whose: int, lane: int, key: str | None, now: datetime) -> int | None:
    person = people.find(session, whose)
    row = a_letter(session, person, lane=lane, dedupe=key)
    row.not_before = row.created_at = now
    return row.id if row in session else None


def _block(session: Session, whose: int, now: datetime) -> None:
    person = people.find(session, whose)
    assert person is not None
    people.block(session, person.id, now)
    outbox.drop_for(session, person.id)


def _erase(session: Session, whose: int) -> None:
    """Gone, and back at once as somebody new."""
    export.erase(session, whose)
    session.flush()
    a_person(session, whose)
