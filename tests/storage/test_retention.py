"""What is older than it may be goes, and nothing else; the admins' figures stay as they were."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from content.episode import Started
from storage import episodes, follow_ups, responses, retention, stats, tallies
from storage.database import Database
from storage.retention import Removed
from storage.tables import (
    EpisodeRow,
    EventRow,
    FollowUpRow,
    OutboxRow,
    PersonRow,
    RunRow,
    TallyRow,
)
from tests.storage.rows import NOW, a_letter, a_person, an_episode, follow_up
from tests.storage.test_stats import check_ins_of_many, checks_of_many

DAY = timedelta(days=1)
KEPT = retention.USUAL


def a_check(
    session: Session, state: str, days: float, person: PersonRow | None = None, *, planned: bool = False
) -> int:
    """A check in this state, in which something happened last so many days before NOW."""
    at = NOW - timedelta(days=days)
    row = an_episode(session, person or a_person(session))
    row.state, row.started_at, row.closed_at = state, at - DAY, at if state == "closed" else None
    episodes.remember(session, row.id, Started(), at)
    if planned:
        follow_ups.plan(session, row, [follow_up("FU-X/D1")])
    return row.id


def removed(database: Database, now: datetime = NOW, kept: timedelta = KEPT) -> Removed:
    """What the job removes in all."""
    total = Removed()
    while (found := database.run_now(retention.batch, now, kept)).total():
        total.update(found)
    return total


def count(session: Session, table: type[EpisodeRow | EventRow | FollowUpRow | PersonRow | OutboxRow | RunRow]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def belongs_to(session: Session, table: type[FollowUpRow | EventRow | OutboxRow]) -> set[int | None]:
    return set(session.scalars(select(table.episode_id)))


@pytest.mark.parametrize(
    ("state", "days", "planned", "sort"),
    [
        ("asking", 7.1, False, "unfinished"),
        ("asking", 6.9, False, None),
        ("asking", 7.1, True, None),
        ("closed", 90.1, False, "checks"),
        ("closed", 89.9, False, None),
        ("following", 90.1, False, "checks"),
        ("following", 400, True, None),
    ],
)
def test_a_check_goes_when_its_time_is_over_and_nothing_of_it_is_to_come(
    sqlite_database: Database, state: str, days: float, planned: bool, sort: str | None
) -> None:
    sqlite_database.run_now(lambda session: a_check(session, state, days, planned=planned))
    assert removed(sqlite_database) == Removed({sort: 1} if sort else {})
    assert sqlite_database.run_now(count, EpisodeRow) == (0 if sort else 1)


def test_with_a_check_goes_all_that_belongs_to_it_and_nothing_of_another(database: Database) -> None:
    def two(session: Session) -> int:
        person = a_person(session)
        old, new = (session.get_one(EpisodeRow, a_check(session, "closed", days, person)) for days in (91, 89))
        for row in (old, new):
            follow_ups.plan(session, row, [follow_up("FU-X/D1")])
            a_letter(session, person).episode_id = row.id
        session.execute(update(FollowUpRow).values(state="cancelled"))
        return new.id

    left = database.run_now(two)
    assert removed(database) == Removed({"checks": 1})
    for table in (FollowUpRow, EventRow, OutboxRow):
        assert database.run_now(belongs_to, table) == {left}


def test_whoever_has_blocked_the_bot_for_long_is_waited_for_no_longer(sqlite_database: Database) -> None:
    def gone(session: Session) -> None:
        person = a_person(session)
        person.blocked_at = NOW - 100 * DAY
        a_check(session, "following", 120, person, planned=True)

    sqlite_database.run_now(gone)
    assert removed(sqlite_database)["checks"] == 1


@pytest.mark.parametrize(
    ("setup", "days", "news", "goes"),
    [
        ("ready", 366, None, 1),
        ("ready", 364, None, 0),
        ("ready", 900, True, 0),
        ("clock", 91, None, 1),
        ("clock", 89, None, 0),
    ],
)
def test_people_without_a_sign_and_with_nothing_kept_are_forgotten(
    sqlite_database: Database, setup: str, days: int, news: bool | None, goes: int
) -> None:
    def away(session: Session) -> None:
        person = a_person(session)
        person.setup, person.seen_at, person.news = setup, NOW - days * DAY, news

    sqlite_database.run_now(away)
    assert removed(sqlite_database)["people"] == goes
    assert sqlite_database.run_now(count, PersonRow) == 1 - goes


def test_somebody_away_for_years_keeps_what_is_still_to_come(sqlite_database: Database) -> None:
    def waits(session: Session) -> None:
        person = a_person(session)
        person.seen_at = NOW - 800 * DAY
        a_check(session, "following", 800, person, planned=True)

    sqlite_database.run_now(waits)
    assert not removed(sqlite_database)


def test_old_runs_and_dead_letters_go_too(sqlite_database: Database) -> None:
    def some(session: Session) -> None:
        person = a_person(session)
        session.add_all(RunRow(person_id=person.id, at=NOW - days * DAY, data={}) for days in (91, 89))
        letter = a_letter(session, person)
        letter.state, letter.created_at = "dead", NOW - 91 * DAY

    sqlite_database.run_now(some)
    assert removed(sqlite_database) == Removed({"runs": 1, "letters": 1})


def test_what_is_removed_still_counts_for_the_admins(database: Database) -> None:
    def old(session: Session) -> None:
        checks_of_many(session)
        check_ins_of_many(session)
        session.execute(update(EpisodeRow).where(EpisodeRow.state != "asking").values(state="closed", closed_at=NOW))

    database.run_now(old)
    later = NOW + 100 * DAY
    before = [database.run_now(each, None, later) for each in (stats.checks, responses.check_ins, responses.effects)]
    assert removed(database, later).total() > 50
    after = [database.run_now(each, None, later) for each in (stats.checks, responses.check_ins, responses.effects)]
    assert after == before
    assert database.run_now(count, EpisodeRow) == 26  # an admin's trials and nothing else: tidied elsewhere


def test_of_a_check_that_cannot_be_read_nothing_is_counted_and_nothing_kept(sqlite_database: Database) -> None:
    sqlite_database.run_now(lambda session: a_check(session, "closed", 91))
    sqlite_database.run_now(lambda session: setattr(session.scalars(select(EpisodeRow)).one(), "data", {"history": 7}))
    assert removed(sqlite_database)["checks"] == 1
    assert sqlite_database.run_now(lambda session: session.scalars(select(TallyRow)).all()) == []


def test_tallies_add_up_by_week_and_join_nothing(database: Database) -> None:
    monday = tallies.week(NOW)
    assert (monday.weekday(), monday.hour) == (0, 0)
    for _ in range(2):
        database.run_now(tallies.add, Counter({(NOW, "level", "L5"): 2, (NOW - DAY, "level", "L5"): 1}))
    assert database.run_now(tallies.of, "level", None) == {"L5": 6}
    assert database.run_now(tallies.of, "level", monday) == {"L5": 4}


def test_a_removal_that_fails_half_way_has_neither_removed_nor_counted(sqlite_database: Database) -> None:
    sqlite_database.run_now(lambda session: a_check(session, "closed", 91))

    def fails(session: Session) -> None:
        retention.batch(session, NOW, KEPT)
        raise RuntimeError("the power is cut")

    with pytest.raises(RuntimeError):
        sqlite_database.run_now(fails)
    assert sqlite_database.run_now(count, EpisodeRow) == 1
    assert sqlite_database.run_now(tallies.of, "stop", None) == {}
