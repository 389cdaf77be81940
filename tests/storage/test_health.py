"""The figures of the queues, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.pack import Review
from storage import follow_ups, health, outbox
from storage.admin_tables import UploadRow
from storage.database import Database
from storage.health import DEAD, REVIEW, STANDSTILL, STUCK, Health
from storage.tables import FollowUpRow, PackRow
from tests.storage.rows import HOUR, NOW, a_letter, a_person, an_episode, follow_up

MINUTE = timedelta(minutes=1)
WELL = Health("sqlite", 0, 0, 0, 0, 0, {}, 0, None, 0, NOW, NOW)


def queues(session: Session) -> None:
    """Due: one an hour ago, one just now; one in half an hour, one missed; letters late, held, and of a broadcast."""
    person, far = a_person(session), a_person(session, 102)
    wanted = [
        follow_up("a/1", -1),
        follow_up("a/2", 0),
        follow_up("a/3", 0.5),
        follow_up("a/4", -2),
        follow_up("a/5", 9),
    ]
    follow_ups.plan(session, an_episode(session, person), wanted)
    missed = next(row for row in session.scalars(select(FollowUpRow)) if row.key == "a/4")
    missed.state, missed.expires_at = "missed", NOW - HOUR
    blocked = a_person(session, 103)
    blocked.blocked_at = NOW
    follow_ups.plan(session, an_episode(session, blocked), [follow_up("a/1", -1)])
    for whom, lane in ((person, outbox.REPLY), (far, outbox.REPLY), (person, outbox.BROADCAST)):
        a_letter(session, whom, lane=lane).created_at = NOW - HOUR
    far.not_before = NOW + HOUR
    dead = a_letter(session, None, chat_id=9)
    dead.state, dead.sent_at = "dead", NOW - HOUR


def test_due_late_missed_and_the_next_hour_are_told_apart(database: Database) -> None:
    database.run_now(queues)
    found = database.run_now(health.health, NOW)
    assert (found.due, found.late, found.missed, found.next_hour) == (2, 1, 1, 1)
    assert (dict(found.lanes), found.overdue, found.dead) == ({outbox.REPLY: 2, outbox.BROADCAST: 1}, 1, 1)
    assert (found.oldest_at, found.sent_at, found.update_at) == (NOW - HOUR, None, None)
    assert found.size_bytes > 1000


LONG_QUIET = {"sent_at": NOW - HOUR}
CASES: dict[str, tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "nothing is due": (LONG_QUIET, (), ()),
    "late, and nothing sent for long": ({"late": 1, **LONG_QUIET}, (), (STANDSTILL,)),
    "letters wait, and nothing sent ever": ({"overdue": 2, "sent_at": None}, (), (STANDSTILL,)),
    "letters wait, but others are sent": ({"overdue": 2}, (), ()),
    "a reminder is late while others are sent": ({"late": 1}, (), (STUCK,)),
    "a standstill, of which a word was just sent": ({"late": 1}, (STANDSTILL,), (STANDSTILL,)),
    "a standstill that is over": ({}, (STANDSTILL,), ()),
    "a dead letter": ({"dead": 1}, (), (DEAD,)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_the_queues(case: str) -> None:
    changed, known, expected = CASES[case]
    assert tuple(health.wrong(replace(WELL, **changed), NOW, known=frozenset(known))) == expected


@pytest.mark.parametrize(
    ("on", "wrong"), [("2025-11-23", False), ("2025-11-22", True), ("last summer", False), (None, False)]
)
def test_a_review_stands_for_a_year(on: str | None, wrong: bool) -> None:
    review = Review("Dr. Lee", on) if on else None
    assert (REVIEW in health.review_problem(review, NOW)) is wrong


def test_a_live_version_whose_checks_failed_is_told(sqlite_database: Database) -> None:
    def uploaded(session: Session) -> int:
        pack = PackRow(pack="any", version="1", digest="x", files=b"{}", stored_at=NOW)
        session.add(pack)
        session.flush()
        verdict = {"why": "problems"}
        session.add(UploadRow(name="a.zip", sent=[], state="published", pack_id=pack.id, verdict=verdict, at=NOW))
        return pack.id

    pack_id = sqlite_database.run_now(uploaded)
    assert sqlite_database.run_now(health.proof_problem, pack_id)
    assert not sqlite_database.run_now(health.proof_problem, pack_id + 1)
