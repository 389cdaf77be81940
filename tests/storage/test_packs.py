"""A pack is stored as the very bytes it was published from, and an episode stays on the version it began with."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.decide import start
from content.load import pack_files, parse_pack
from content.shipped import FIRST_PACK
from storage import episodes
from storage.database import Database
from storage.packs import Packs
from storage.tables import EpisodeRow, PackRow
from tests.storage.rows import NOW, a_person

Files = dict[str, bytes]


def newer() -> Files:
    """The first pack as its author would publish it next."""
    files = pack_files(FIRST_PACK)
    return files | {"pack.yaml": re.sub(rb"^version: .*$", b'version: "99"', files["pack.yaml"], flags=re.MULTILINE)}


def begin(session: Session, packs: Packs) -> int:
    pack_id, pack = packs.live
    return episodes.add(session, a_person(session).id, pack_id, start(pack, "Europe/Vienna"), NOW).id


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PackRow)) or 0


def test_an_episode_stays_on_the_version_it_began_with(database: Database, packs: Packs) -> None:
    old, episode = packs.live[1], database.run_now(begin, packs)
    files = newer()
    database.run_now(packs.publish, parse_pack(files), files, NOW)
    assert packs.live[1].version == "99"
    pack_id = database.run_now(lambda session: session.get_one(EpisodeRow, episode).pack_id)
    assert packs.known(pack_id) == old
    after_a_restart = Packs()
    assert database.run_now(after_a_restart.load, pack_id) == old
    assert after_a_restart.known(pack_id).version == old.version


def test_the_same_bytes_are_stored_once(database: Database, packs: Packs) -> None:
    files = pack_files(FIRST_PACK)
    again, later = Packs(), Packs()
    assert database.run_now(again.publish, parse_pack(files), files, NOW) == packs.live[0]
    assert database.run_now(later.publish, parse_pack(files), files, NOW) == packs.live[0]
    assert database.run_now(stored) == 1


def test_going_back_to_an_older_version_stores_nothing_new(database: Database, packs: Packs) -> None:
    first, files = packs.live[0], newer()
    database.run_now(packs.publish, parse_pack(files), files, NOW)
    old = pack_files(FIRST_PACK)
    assert database.run_now(packs.publish, parse_pack(old), old, NOW) == first
    assert packs.live[0] == first
    assert database.run_now(stored) == 2


def test_before_anything_is_published_nothing_is_live() -> None:
    with pytest.raises(LookupError, match="no pack has been published"):
        _ = Packs().live
