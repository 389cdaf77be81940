"""An older copy of the database is told by its number; what is not urgent and was due by then is held, and goes on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import turn
from storage import broadcasts, follow_ups, milestones, outbox, restored
from storage.admin_tables import BroadcastRow
from storage.database import Database
from storage.milestones import LEAP, Milestone
from storage.packs import Packs
from storage.restored import Held
from storage.tables import OutboxRow
from tests.storage.rows import HOUR, NOW, a_letter, a_person, an_episode, follow_up
from tests.storage.test_follow_ups import due_keys

LATER = NOW + 4 * HOUR


def a_life(session: Session) -> None:
    """One reminder an hour, one of them urgent; a letter of each lane; a broadcast under way, and one to begin."""
    person = a_person(session)
    wanted = [follow_up(f"FU-A/D{hours}", hours, urgent=hours == 2) for hours in (1, 2, 3, 9)]
    follow_ups.plan(session, an_episode(session, person), wanted)
    for lane in (outbox.URGENT, outbox.REPLY, outbox.FOLLOW_UP):
        a_letter(session, person, lane=lane)
    for state in ("sending", "scheduled"):
        row = broadcasts.draft(session, None, "news", NOW)
        row.state, row.due_at, row.audience = state, NOW, {}


def states(session: Session) -> tuple[list[str], set[str]]:
    letters = select(OutboxRow.state).order_by(OutboxRow.id)
    return list(session.scalars(letters)), set(session.scalars(select(BroadcastRow.state)))


def test_what_an_older_copy_would_send_again_is_held_until_it_may_go_on(database: Database) -> None:
    database.run_now(a_life)
    assert database.run_now(restored.notice, Milestone(7, NOW), LATER)
    assert database.run_now(due_keys, LATER) == ["FU-A/D2"]
    assert database.run_now(follow_ups.next_due) == NOW + 2 * HOUR
    assert not database.run_now(turn.take_due, Packs(), follow_ups.Pending(1, 1, 1), LATER)
    assert database.run_now(states) == (["waiting", "held", "held"], {"paused", "draft"})
    assert database.run_now(due_keys, NOW + 9 * HOUR) == ["FU-A/D2", "FU-A/D9"], "what falls due later comes"
    assert database.run_now(restored.resume) == Held(2, 2)
    assert database.run_now(due_keys, LATER) == ["FU-A/D1", "FU-A/D2", "FU-A/D3"]
    assert database.run_now(states)[0] == ["waiting"] * 3
    assert database.run_now(restored.resume) == Held(0, 0)


def test_what_came_already_counts_as_too_late(sqlite_database: Database) -> None:
    sqlite_database.run_now(a_life)
    sqlite_database.run_now(restored.notice, Milestone(7, NOW), LATER)
    sqlite_database.run_now(restored.resume, drop=True)
    assert sqlite_database.run_now(states)[0] == ["waiting", "dropped", "dropped"]
    rows = sqlite_database.run_now(follow_ups.of_episode, 1)
    assert [row.expires_at == row.due_at for row in rows] == [True, False, True, False]


def test_it_is_noticed_once_and_not_by_a_replica_whose_file_is_a_little_further(sqlite_database: Database) -> None:
    sqlite_database.run_now(a_life)
    assert sqlite_database.run_now(milestones.pass_one, NOW).number == 1
    assert not sqlite_database.run_now(restored.notice, Milestone(1, NOW), LATER)
    assert sqlite_database.run_now(restored.notice, Milestone(7, NOW), LATER)
    assert not sqlite_database.run_now(restored.notice, Milestone(9, NOW), LATER)
    assert sqlite_database.run_now(milestones.pass_one, NOW).number > LEAP


def test_a_database_in_which_nobody_is_yet_is_new(sqlite_database: Database) -> None:
    assert not sqlite_database.run_now(restored.notice, Milestone(7, NOW), LATER)
