"""A database of before is sealed by `migrate`: everybody keeps what they had, and nothing of it is left in plain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from content.episode import Episode, Pressed
from storage import drafts, episodes, export, files, follow_ups, migrate, outbox, people
from storage.admin_tables import AdminRow, AuditRow, BroadcastRow
from storage.crypto import KeysError
from storage.database import Database
from storage.drafts import Draft
from storage.tables import EpisodeRow, PersonRow
from tests.keys import RING
from tests.storage.rows import NOW, follow_up
from tests.storage.test_sealed import in_plain

ANA, ADMIN, GROUP = 777_000_111, 777_000_222, -777_000_333
TOLD = Episode("UTC", state="following", level="L5", causes=("neuroma",), plan="FU-NEUROMA")
AT = NOW.isoformat(sep=" ")
ROWS: dict[str, dict[str, object]] = {
    "people 1": {"id": 1, "telegram_id": ANA, "language": "en", "setup": "ready", "turn": 3, "card_hash": "x"},
    "people 2": {"id": 2, "telegram_id": ADMIN, "language": "en", "setup": "ready", "turn": 0},
    "packs": {"id": 1, "pack": "any", "version": "1", "digest": "d", "files": b"{}", "stored_at": AT},
    "episodes": {"id": 1, "person_id": 1, "pack_id": 1, "state": "following", "level": "L5", "started_at": AT,
                 "data": json.dumps(episodes.write(TOLD)), "trial": False},
    "events": {"id": 1, "episode_id": 1, "at": AT, "event": '{"kind":"Pressed","turn":1,"option":"=neuroma"}'},
    "follow_ups": {"episode_id": 1, "person_id": 1, "key": "FU-NEUROMA/D1", "due_at": AT, "expires_at": AT,
                   "urgent": False, "state": "answered", "answer": '"same"'},
    "outbox 1": {"person_id": 1, "chat_id": ANA, "say": '{"kind":"neuroma","values":{}}', "dedupe": "said"},
    "outbox 2": {"chat_id": GROUP, "say": '{"kind":"group","values":{}}', "callback_id": "33723799"},
    "files": {"id": 1, "person_id": 1, "name": "n", "content": b"neuroma", "at": AT},
    "admins": {"telegram_id": ADMIN, "awaits": '{"what":"upload"}', "seen_at": AT},
    "audit 1": {"id": 1, "at": AT, "by": ADMIN, "act": "publish", "allowed": True,
                "detail": json.dumps({"asked_by": ADMIN, "confirmed_by": 5})},
    "audit 2": {"id": 2, "at": AT, "by": 5, "act": "command", "allowed": False, "detail": f'{{"chat":{GROUP}}}'},
    "broadcasts": {"id": 1, "by": ADMIN, "kind": "news", "state": "draft", "words": "{}", "buttons": "[]",
                   "audience": "{}", "at": AT},
}  # fmt: skip
USUAL: dict[str, dict[str, object]] = {
    "people": {"created_at": AT, "seen_at": AT},
    "outbox": {"lane": 1, "kind": "send", "card": False, "state": "waiting", "not_before": AT, "attempts": 0,
               "created_at": AT},
}  # fmt: skip


def live_before(database: Database) -> None:
    """A database as version 0002 wrote it."""
    migrate.upgrade(database, "0002")
    write(database, ROWS)


def write(database: Database, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Rows by the names of their tables, as they lie there."""
    with database.engine.begin() as connection:
        for name, row in rows.items():
            table = name.partition(" ")[0]
            values = {**USUAL.get(table, {}), **row}
            names, places = ", ".join(f'"{each}"' for each in values), ", ".join(f":{each}" for each in values)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)  # noqa: S608


def test_everything_is_kept_and_nothing_is_left_in_plain(bare_database: Database) -> None:
    live_before(bare_database)
    migrate.upgrade(bare_database)
    for word in ("neuroma", str(ANA), str(ADMIN), str(GROUP), "33723799", '"same"'):
        assert word.encode() not in in_plain(bare_database)
        if bare_database.is_sqlite:
            path = Path(bare_database.engine.url.database or "")
            assert not [end for end in ("", "-wal") if word.encode() in Path(f"{path}{end}").read_bytes()]
    bare_database.run_now(everything_is_there)


def everything_is_there(session: Session) -> None:
    document = export.export(session, ANA)
    assert document is not None
    [episode] = document["episodes"]
    assert (episode["level"], episode["causes"], episode["follow_ups"][0]["answer"]) == ("L5", ["neuroma"], "same")
    row = session.get_one(EpisodeRow, 1)
    assert episodes.read(row.data) == TOLD
    assert (row.told, row.asking) == (True, False)
    assert session.scalar(select(EpisodeRow.id).where(episodes.has(session, "cause", ["neuroma"]))) == 1
    assert [event for _, event in episodes.events(session, 1)] == [Pressed(1, "=neuroma")]
    first, second = outbox.claim(session, NOW, 5, ())
    assert (first.chat_id, first.say["kind"]) == (ANA, "neuroma")
    assert (second.chat_id, second.callback_id) == (GROUP, "33723799")
    assert files.read(session, 1) == ("n", b"neuroma")
    assert session.get_one(AdminRow, 2).awaits == {"what": "upload"}
    assert session.get_one(BroadcastRow, 1).by == 2
    assert session.get_one(AuditRow, 1).detail == {"asked_by": 2, "confirmed_by": None}
    assert (session.get_one(AuditRow, 2).by, session.get_one(AuditRow, 2).detail) == (None, {})


def test_life_goes_on_in_it(bare_database: Database) -> None:
    live_before(bare_database)
    migrate.upgrade(bare_database)

    def work(session: Session) -> None:
        row = session.get_one(EpisodeRow, 1)
        follow_ups.plan(session, row, [follow_up("FU-NEUROMA/D1"), follow_up("FU-NEUROMA/D3")])
        assert [each.key for each in follow_ups.of_episode(session, 1)] == ["FU-NEUROMA/D1", "FU-NEUROMA/D3"]
        person = people.find(session, ANA)
        assert person is not None
        drafts.add(session, [Draft(person=person, lane=1, kind="send", once="said")], NOW)
        assert outbox.waiting(session) == 2  # it was said before

    bare_database.run_now(work)


def test_it_is_not_sealed_without_keys_and_never_written_in_plain_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    opened = Database(url, ring=RING)
    live_before(opened)
    keyless = Database(url)
    with pytest.raises(KeysError, match="without ENCRYPTION_KEYS"):
        migrate.upgrade(keyless)
    keyless.close()
    migrate.upgrade(opened)
    with pytest.raises(KeysError, match="restore a copy"):
        migrate.downgrade(opened, "0003")
    assert opened.run_now(lambda session: len(session.scalars(select(PersonRow)).all())) == 2
    opened.close()
