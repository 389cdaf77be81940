"""A person gets everything that is kept about them, and erasing leaves nothing behind."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.diary import Run
from content.episode import ClockChanged, Due, Episode, Event, Left, Pressed, Replaced, Resumed, Started
from content.hours import Quiet, Stay
from storage import audit, broadcasts, episodes, export, files, follow_ups, recipients, runs, updates
from storage.admin_tables import AdminRow
from storage.columns import Base
from storage.database import Database
from tests.storage.rows import NOW, a_letter, a_person, an_episode, follow_up

NOT_ABOUT_PEOPLE = {
    *("packs", "updates", "publications", "uploads", "broadcasts", "notices", "audit"),
    *("tallies", "removals", "erasures", "secrets", "signs"),
}
MOVED = ClockChanged("Europe/Vienna", Quiet(0, 0), 2)
EVENTS: tuple[Event, ...] = (Started(), Pressed(1, "=none"), Due("A/D1", NOW), Resumed(), Left(), Replaced(), MOVED)


def fill(session: Session, telegram_id: int) -> None:
    """Something in every table."""
    person = a_person(session, telegram_id)
    episode = an_episode(session, person)
    for event in EVENTS:
        episodes.remember(session, episode.id, event, NOW)
    follow_ups.plan(session, episode, [follow_up("A/D1"), follow_up("A/D1/again", 30)])
    a_letter(session, person, dedupe=f"{telegram_id}").episode_id = episode.id
    updates.first_time(session, telegram_id, NOW)
    files.keep(session, person.id, "report.csv", b"a,b", NOW)
    recipients.concern(session, broadcasts.draft(session, person.id, "news", NOW).id, [person.id])
    session.add(AdminRow(person_id=person.id, seen_at=NOW))
    runs.add(session, person.id, Run(NOW, 4, ("calf",), "during"), 7)
    audit.note(session, person.id, "command", NOW, allowed=False)


def counts(session: Session) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_ABOUT_PEOPLE]
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def whole_database(session: Session) -> str:
    """Every value of every row."""
    rows = [row for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return json.dumps([list(row) for row in rows], default=str)


def test_the_test_fills_every_table(database: Database) -> None:
    database.run_now(fill, 101)
    assert min(database.run_now(counts).values()) >= 1


def test_erasing_one_person_leaves_nothing_of_them_and_all_of_the_other(database: Database) -> None:
    database.run_now(fill, 777_000_111)
    alone = database.run_now(counts)
    database.run_now(fill, 777_000_222)
    assert database.run_now(export.erase, 777_000_111)
    assert database.run_now(counts) == alone
    updates_aside = database.run_now(whole_database).replace("[777000111, ", "")
    assert "777000111" not in updates_aside
    assert database.run_now(export.export, 777_000_222) is not None


def test_erasing_somebody_twice_or_a_stranger_says_that_there_was_nobody(database: Database) -> None:
    database.run_now(fill, 101)
    assert database.run_now(export.erase, 101)
    assert not database.run_now(export.erase, 101)
    assert database.run_now(export.export, 101) is None


def test_somebody_erased_can_come_back(database: Database) -> None:
    database.run_now(fill, 101)
    database.run_now(export.erase, 101)
    database.run_now(lambda session: a_person(session, 101).id)
    document = database.run_now(export.export, 101)
    assert document is not None
    assert document["episodes"] == []


def test_the_export_has_the_shape_that_is_promised(database: Database) -> None:
    database.run_now(fill, 101)
    document = json.loads(json.dumps(database.run_now(export.export, 101)))
    assert document["user"]["id"] == 101
    (episode,) = document["episodes"]
    assert {"id", "pack", "version", "started_at", "state", "level", "causes", "answers", "follow_ups"} <= set(episode)
    (planned,) = episode["follow_ups"]
    assert set(planned) == {"key", "due_at", "state", "sent_at", "answer"}
    assert planned["key"] == "A/D1"
    (run,) = document["runs"]
    assert run["at"] == NOW.isoformat()
    assert (run["data"]["score"], run["data"]["places"], run["data"]["after"]) == (4, ["calf"], "during")


def test_another_persons_run_is_none_of_theirs(database: Database) -> None:
    database.run_now(fill, 101)
    other = database.run_now(lambda session: a_person(session, 102).id)
    assert database.run_now(lambda session: runs.of_person(session, other, 1)) is None
    assert database.run_now(lambda session: runs.newest(session, other)) is None


def test_what_happened_in_an_episode_comes_back_in_order(database: Database) -> None:
    database.run_now(fill, 101)
    assert database.run_now(lambda session: [event for _, event in episodes.events(session, 1)]) == list(EVENTS)


def test_an_episode_is_read_as_it_was_written_and_one_from_before_has_the_usual_quiet_hours() -> None:
    here = Stay("Europe/London", Quiet(0, 480), NOW)
    episode = Episode("Asia/Tokyo", quiet=Quiet(1200, 600), stays=(here,))
    document = json.loads(json.dumps(episodes.write(episode)))
    assert episodes.read(document) == episode
    old = {name: value for name, value in document.items() if name not in {"quiet", "stays"}}
    assert episodes.read(old) == Episode("Asia/Tokyo")
