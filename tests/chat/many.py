"""Many people at once, put straight into the tables: each with a check behind them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assess import assess
from content.episode import Episode
from content.load import pack_files, parse_pack
from content.pack import Pack
from content.person import Person
from storage import episodes, people
from storage.tables import OutboxRow, PersonRow
from tests.chat.stories import answers
from tests.world import World

FIRST_ID = 5000
ZONES = ("Europe/London", "Europe/Vienna")


def add(
    world: World, many: int, cases: Sequence[str], *, zones: Sequence[str] = ZONES, news: bool | None = True
) -> list[int]:
    """So many people who have been told, case after case, zone after zone; their Telegram ids."""
    known = len(world.telegram.people())
    ids = [FIRST_ID + known + place for place in range(many)]
    for telegram_id in ids:
        world.telegram.add_person(telegram_id, f"Runner {telegram_id}", "en")
        world.telegram.send_text(telegram_id, "/start")
    _forget_updates(world)
    world.house.database.run_now(_add, world, ids, tuple(cases), tuple(zones), news, world.clock.now())
    return ids


def _forget_updates(world: World) -> None:
    """They have written to the bot, and it need not answer."""
    offset = 0
    while found := world.telegram.call("getUpdates", {"offset": offset, "limit": 100})["result"]:
        offset = found[-1]["update_id"] + 1


def _add(
    session: Session,
    world: World,
    ids: list[int],
    cases: tuple[str, ...],
    zones: tuple[str, ...],
    news: bool | None,
    now: datetime,
) -> None:
    pack_id, pack = world.house.packs.live
    told = [_told(pack, case) for case in cases]
    for place, telegram_id in enumerate(ids):
        zone = zones[place % len(zones)]
        person = people.add(session, telegram_id, Person("en", zone, setup="ready", consent_version="1"), now)
        person.news = news
        if told:
            episodes.add(session, person.id, pack_id, told[place % len(told)], now)


def _told(pack: Pack, case: str) -> Episode:
    given = {question: frozenset(options) for question, options in answers(case).items()}
    found = assess(pack, given)
    causes = tuple(each.cause for each in found.causes)
    return Episode(
        "Europe/London", state="following", form="", answers=given, level=found.level, causes=causes, plan=found.plan
    )


def publish_another(world: World, folder: Path, old: str, new: str) -> int:
    """A new version of the pack goes live, one line of it changed."""
    shutil.copytree(world.folder, folder, dirs_exist_ok=True)
    path = folder / "pack.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    files = pack_files(folder)
    return world.house.database.run_now(world.house.packs.publish, parse_pack(files), files, world.clock.now())


def rows(world: World) -> dict[int, str]:
    """Every recipient's Telegram id and state."""
    query = select(PersonRow, OutboxRow.state).join(OutboxRow, OutboxRow.person_id == PersonRow.id)
    mine = query.where(OutboxRow.broadcast_id.is_not(None))
    return world.house.database.run_now(
        lambda session: {each.telegram_id: state for each, state in session.execute(mine)}
    )


def person(world: World, telegram_id: int) -> PersonRow:
    found = world.house.database.run_now(people.find, telegram_id)
    assert found is not None
    return found
