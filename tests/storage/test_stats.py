"""What is counted and what is not: checks by what was first told, check-ins by step, plan and word."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content.episode import TRIAGE, Entry, Episode
from storage import episodes, follow_ups, responses, stats
from storage.admin_tables import AdminRow
from storage.database import Database
from storage.suppression import FEW
from storage.tables import EpisodeRow, FollowUpRow
from tests.storage.rows import NOW, a_person, an_episode

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LONG_AGO = NOW - 10 * DAY
_ids = itertools.count(200)


def somebody(session: Session, episode: Episode, at: datetime = LONG_AGO, *, trial: bool = False) -> EpisodeRow:
    row = an_episode(session, a_person(session, next(_ids)))
    row.started_at, row.trial = at, trial
    episodes.save(row, episode, at)
    return row


def told(level: str, cause: str = "neuroma", *, now: str | None = None) -> Episode:
    """Somebody told this level; now at another one."""
    first = Entry(LONG_AGO.isoformat(), TRIAGE, "", 6, level)
    return Episode("UTC", state="following", level=now or level, causes=(cause,), plan="FU-X", history=(first,))


def left(question: str) -> Episode:
    return Episode("UTC", state="closed", ended="stopped", left_at=question)


def sent(session: Session, row: EpisodeRow, key: str, word: str | None, after: timedelta = MINUTE) -> FollowUpRow:
    """A check-in sent at `LONG_AGO`, answered so long after, or not."""
    follow_up = follow_ups.new(session, row, key)
    follow_up.urgent = False
    follow_up.due_at = follow_up.expires_at = follow_up.sent_at = LONG_AGO
    follow_up.state, follow_up.answer = ("answered", word) if word else ("sent", None)
    if word:
        episode = episodes.read(row.data)
        entry = Entry((LONG_AGO + after).isoformat(), key, word, 4, "L3" if word == "worse" else "L5")
        episodes.save(row, replace(episode, history=(*episode.history, entry)), NOW)
    return follow_up


def checks_of_many(session: Session) -> None:
    for _ in range(6):
        somebody(session, told("L5"))
        somebody(session, told("L4", "cecs", now="L3"))
        somebody(session, left("sym"))
        somebody(session, told("L1"), trial=True)
    for _ in range(5):
        somebody(session, Episode("UTC", question="where"))
        somebody(session, Episode("UTC", question="where"), NOW - MINUTE)


def test_checks_count_by_what_was_first_told_and_by_where_they_were_left(database: Database) -> None:
    database.run_now(checks_of_many)
    found = database.run_now(stats.checks, None, NOW)
    assert found.levels == {"L4": 6, "L5": 6}
    assert found.causes == {"cecs": 6, "neuroma": 6}
    assert found.stops == {"sym": 6, "where": 5}
    assert (found.ended, found.started) == ({"finished": 12, "stopped": 11}, 23)


def test_only_what_began_in_the_window_counts(database: Database) -> None:
    database.run_now(checks_of_many)
    found = database.run_now(stats.checks, NOW - DAY, NOW)
    assert found.ended == {"finished": 0, "stopped": 0}


def test_a_sum_of_which_a_part_is_small_is_not_told(sqlite_database: Database) -> None:
    def few(session: Session) -> None:
        for _ in range(6):
            somebody(session, told("L5"))
        somebody(session, left("sym"))

    sqlite_database.run_now(few)
    found = sqlite_database.run_now(stats.checks, None, NOW)
    assert (found.started, found.ended) == (None, {"finished": 6, "stopped": FEW})


def test_admins_are_not_among_the_people(sqlite_database: Database) -> None:
    def six(session: Session) -> None:
        people = [a_person(session, next(_ids)) for _ in range(6)]
        session.add(AdminRow(person_id=people[0].id, awaits=None, seen_at=NOW))

    sqlite_database.run_now(six)
    found = sqlite_database.run_now(stats.checks, None, NOW)
    assert (found.met, found.people["agreed"]) == (5, 5)


def check_ins_of_many(session: Session) -> None:
    for number in range(20):
        row = somebody(session, told("L5"))
        sent(session, row, "FU-X/D1", "danger" if number < 6 else "better", (number + 1) * MINUTE)
        sent(session, row, "FU-X/D1/again", None)
        sent(session, row, "ice/1", None)
        sent(session, row, "FU-X/D3", None).sent_at = NOW - DAY
        sent(session, somebody(session, told("L5")), "FU-Y/D1", None)
        sent(session, somebody(session, told("L5"), trial=True), "FU-Y/D1", "better")


def test_check_ins_count_by_step_plan_and_word_once_they_are_settled(database: Database) -> None:
    database.run_now(check_ins_of_many)
    found = database.run_now(responses.check_ins, None, NOW)
    assert found.asked == {"D1": 40}
    assert found.steps == {"D1": {"silent": 20, "worse": 6, "same": 0, "better": 14, "resolved": 0}}
    assert found.plans["FU-X"] == {"D1": {"silent": 0, "worse": 6, "same": 0, "better": 14, "resolved": 0}}
    assert found.plans["FU-Y"]["D1"]["silent"] == 20
    assert (found.all_asked, found.all_answered) == (40, (20, 20))


def test_the_time_to_answer_is_half_of_at_least_twenty(database: Database) -> None:
    database.run_now(check_ins_of_many)
    found = database.run_now(responses.effects, None, NOW)
    assert found.delay == responses.Delay(half_within_min=10, within_hour_pct=100, within_day_pct=100)
    assert database.run_now(responses.effects, NOW - DAY, NOW).delay is None


def test_a_check_in_that_made_it_more_urgent_counts_at_its_step(sqlite_database: Database) -> None:
    def worse(session: Session) -> None:
        for _ in range(5):
            row = somebody(session, told("L5"))
            sent(session, row, "FU-X/D3", "worse")
            sent(session, row, "FU-X/D7", "worse", DAY)

    sqlite_database.run_now(worse)
    assert sqlite_database.run_now(responses.effects, None, NOW).escalated == {"D3": 5}


@pytest.mark.parametrize("key", ["FU-X/D1/again", "FU-X/D1/later", "ice/2", "ice/off"])
def test_what_is_no_check_in_is_not_counted(key: str) -> None:
    assert not responses.is_counted(key)
