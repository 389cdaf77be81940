"""The table knows when: planned, planned again, cancelled, stopped, due, and nothing for people who went away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from content.episode import FollowUp
from storage import follow_ups, people
from storage.database import Database
from storage.tables import EpisodeRow, FollowUpRow
from tests.storage.rows import HOUR, NOW, a_person, an_episode, follow_up


def begin(session: Session, *keys: str, telegram_id: int = 101) -> EpisodeRow:
    """A person with an episode and these follow-ups, an hour apart."""
    episode = an_episode(session, a_person(session, telegram_id))
    follow_ups.plan(session, episode, [follow_up(key, hours) for hours, key in enumerate(keys, 1)])
    return episode


def states(session: Session) -> dict[str, str]:
    return {row.key: row.state for row in session.scalars(select(FollowUpRow))}


def due_keys(session: Session, now: datetime) -> list[str]:
    return [session.get_one(FollowUpRow, each.id).key for each in follow_ups.due(session, now, 100)]


def test_what_is_planned_comes_due_in_the_order_of_time(database: Database) -> None:
    database.run_now(begin, "FU-A/D1", "FU-A/D3", "FU-A/D7")
    assert database.run_now(follow_ups.next_due) == NOW + HOUR
    assert database.run_now(due_keys, NOW + HOUR - timedelta(seconds=1)) == []
    assert database.run_now(due_keys, NOW + HOUR) == ["FU-A/D1"]
    assert database.run_now(due_keys, NOW + 9 * HOUR) == ["FU-A/D1", "FU-A/D3", "FU-A/D7"]


def test_planning_the_same_again_moves_it_and_makes_it_open_again(database: Database) -> None:
    def work(session: Session) -> None:
        episode = begin(session, "FU-A/D1")
        row = session.scalars(select(FollowUpRow)).one()
        row.state, row.sent_at, row.answer = "answered", NOW, "better"
        follow_ups.plan(session, episode, [FollowUp("FU-A/D1", NOW + 5 * HOUR, NOW + 9 * HOUR, urgent=True)])

    def look(session: Session) -> tuple[object, ...]:
        row = session.scalars(select(FollowUpRow)).one()
        return row.state, row.sent_at, row.answer, row.due_at, row.expires_at, row.urgent

    database.run_now(work)
    assert database.run_now(look) == ("planned", None, None, NOW + 5 * HOUR, NOW + 9 * HOUR, True)


def test_a_plan_of_another_episode_is_left_alone(database: Database) -> None:
    def work(session: Session) -> None:
        first, second = begin(session, "FU-A/D1"), begin(session, "FU-A/D1", telegram_id=102)
        follow_ups.cancel(session, second.id, ["*"])
        follow_ups.answered(session, first.id, {"FU-A/D1": "same"})

    database.run_now(work)
    rows = database.run_now(lambda session: [row.state for row in session.scalars(select(FollowUpRow))])
    assert sorted(rows) == ["answered", "cancelled"]


def test_cancelling_by_key_takes_that_one_only(database: Database) -> None:
    def work(session: Session) -> None:
        follow_ups.cancel(session, begin(session, "FU-A/D3", "FU-A/D3/again", "FU-A/D30").id, ["FU-A/D3"])

    database.run_now(work)
    assert database.run_now(states) == {"FU-A/D3": "cancelled", "FU-A/D3/again": "planned", "FU-A/D30": "planned"}


def test_cancelling_by_prefix_takes_what_is_below_it(database: Database) -> None:
    def work(session: Session) -> None:
        episode = begin(session, "FU-A/D3", "FU-A/D3/again", "FU-A/D30", "FU-A/D30/again", "FU_A/D3/again")
        follow_ups.cancel(session, episode.id, ["FU-A/D3/"])

    database.run_now(work)
    cancelled = [key for key, state in database.run_now(states).items() if state == "cancelled"]
    assert cancelled == ["FU-A/D3/again"]


def test_signs_of_a_pattern_language_mean_only_themselves(database: Database) -> None:
    def work(session: Session) -> None:
        follow_ups.cancel(
            session, begin(session, "ice/1/off", "ice/10/off", "icex1/off").id, ["ice_1/", "ice/%/", "i/"]
        )

    database.run_now(work)
    assert set(database.run_now(states).values()) == {"planned"}


def test_cancelling_all_leaves_what_has_happened(database: Database) -> None:
    def work(session: Session) -> None:
        episode = begin(session, "a/1", "a/2", "a/3", "a/4")
        session.flush()
        for row, state in zip(
            session.scalars(select(FollowUpRow)), ("planned", "sent", "held", "answered"), strict=True
        ):
            row.state = state
        session.flush()
        follow_ups.cancel(session, episode.id, ["*"])

    database.run_now(work)
    assert database.run_now(states) == {"a/1": "cancelled", "a/2": "sent", "a/3": "cancelled", "a/4": "answered"}


def test_stopping_and_taking_it_back_moves_only_what_was_planned(database: Database) -> None:
    def work(session: Session) -> tuple[int, int]:
        episode = begin(session, "a/1", "a/2", "a/3")
        begin(session, "b/1", telegram_id=102)
        follow_ups.cancel(session, episode.id, ["a/3"])
        stopped = follow_ups.switch(session, episode.person_id, "planned", "stopped")
        assert follow_ups.next_of(session, episode.person_id) is None
        return stopped, follow_ups.switch(session, episode.person_id, "stopped", "planned")

    assert database.run_now(work) == (2, 2)
    assert database.run_now(states) == {"a/1": "planned", "a/2": "planned", "a/3": "cancelled", "b/1": "planned"}


def test_nothing_is_due_for_somebody_who_blocked_the_bot(database: Database) -> None:
    def work(session: Session) -> None:
        begin(session, "a/1")
        row = people.lock(session, 101)
        assert row is not None
        row.blocked_at = NOW

    database.run_now(work)
    assert database.run_now(due_keys, NOW + 9 * HOUR) == []
    assert database.run_now(follow_ups.next_due) is None


def test_what_is_due_is_asked_for_again_under_the_lock(database: Database) -> None:
    def work(session: Session) -> list[bool]:
        episode = begin(session, "a/1", "a/2")
        first, second = session.scalars(select(FollowUpRow).order_by(FollowUpRow.id)).all()
        follow_ups.cancel(session, episode.id, ["a/1"])
        rows = [(first.id, NOW + 9 * HOUR), (second.id, NOW), (second.id, NOW + 2 * HOUR), (99, NOW)]
        return [follow_ups.lock_due(session, number, at) is not None for number, at in rows]

    assert database.run_now(work) == [False, False, True, False]


def test_the_silent_ladder_is_no_reminder_of_its_own(database: Database) -> None:
    def work(session: Session) -> list[str]:
        keys = (
            "FU-A/D3",
            "FU-A/D3/again",
            "FU-A/D3/stop",
            "FU-A/D3/later",
            "ice/2",
            "ice/1/off",
            "ice/1/late",
            "ice/1/lapse",
        )
        episode = begin(session, *keys)
        return [row.key for row in follow_ups.planned(session, episode.person_id)]

    assert database.run_now(work) == ["FU-A/D3", "FU-A/D3/later", "ice/2"]


@pytest.mark.parametrize("asked", [follow_ups.next_of, follow_ups.planned, follow_ups.are_stopped])
def test_for_one_person_nobody_elses_are_looked_at(
    sqlite_database: Database, asked: Callable[[Session, int], object]
) -> None:
    statements = list[tuple[str, Any]]()
    event.listen(sqlite_database.engine, "after_cursor_execute", lambda *call: statements.append((call[2], call[3])))
    sqlite_database.run_now(asked, 1)
    statement, given = statements[-1]
    with sqlite_database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    assert "person_id=?" in plan[0][3]


def test_due_rows_come_in_batches(database: Database) -> None:
    database.run_now(begin, *(f"a/{number}" for number in range(30)))
    found = database.run_now(follow_ups.due, NOW + 99 * HOUR, 7)
    assert [each.id for each in found] == sorted(each.id for each in found)
    assert len(found) == 7
