"""The list of what was live: two who publish at once do not both win, and the loser's turn goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from content.load import parse_pack
from storage import audit, publications
from storage.database import Database
from storage.publications import OvertakenError
from tests.content.tiny import tiny_files
from tests.storage.rows import NOW

AT_ONCE = 4


def newer(session: Session, version: int) -> int:
    files = tiny_files(('version: "1"', f'version: "{version}"'))
    return publications.store(session, parse_pack(files), files, NOW)


def shipped(session: Session) -> int | None:
    files = tiny_files()
    return publications.ship(session, parse_pack(files), files, NOW)


def test_of_several_who_publish_at_once_one_wins(database: Database) -> None:
    def publish(session: Session) -> bool:
        try:
            publications.publish(session, second, NOW, after=1)
        except OvertakenError:
            audit.note(session, 7, "late", NOW)
            return False
        return True

    database.run_now(shipped)
    second = database.run_now(newer, 2)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = list(pool.map(lambda _: database.run_now(publish), range(AT_ONCE)))
    assert won.count(True) == 1
    assert len(database.run_now(publications.history, 10)) == 2
    assert len(database.run_now(audit.newest)) == AT_ONCE - 1


def test_what_may_be_brought_back_is_each_other_version_once_the_latest_first(database: Database) -> None:
    first = 1
    database.run_now(shipped)
    second, third = (database.run_now(newer, version) for version in (2, 3))
    for number in (second, third, second):
        database.run_now(publications.publish, number, NOW)
    assert [each.pack_id for each in database.run_now(publications.before, 5)] == [third, first]
    assert [each.pack_id for each in database.run_now(publications.before, 1)] == [third]


def test_what_came_with_the_program_is_offered_only_when_it_never_was_live(database: Database) -> None:
    assert database.run_now(shipped) is None
    database.run_now(publications.publish, database.run_now(newer, 2), NOW)
    assert database.run_now(shipped) is None
    files = tiny_files(('version: "1"', 'version: "1.1"'))
    assert database.run_now(publications.ship, parse_pack(files), files, NOW) == 3
