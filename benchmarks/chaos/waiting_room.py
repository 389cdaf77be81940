"""Many people who were told something and are to be asked again: rows written straight, and moments set by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from content.hours import NEVER
from content.load import pack_files, parse_pack
from content.person import CONSENT_VERSION, Person
from content.shipped import PACKS
from simulator.telegram import Telegram
from storage import follow_ups, people, publications
from storage.packs import Packs
from storage.tables import FollowUpRow, OutboxRow
from tests.walks import headstart

FAR = timedelta(days=300)
ZONE = "Europe/Vienna"


def move_in(session: Session, telegram_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Everybody was told what a vignette is told, and never sleeps; of each the follow-up that may be set.

    What was said and planned on the way is put away.
    """
    contents = pack_files(PACKS / "leg-tingling")
    publications.ship(session, parse_pack(contents), contents, now)
    packs = Packs()
    packs.look(session)
    vignettes = headstart.vignettes()
    for telegram_id in telegram_ids:
        person = Person("en", ZONE, minor=False, setup="ready", consent_version=CONSENT_VERSION)
        row = people.add(session, telegram_id, person, now)
        row.consent_at, (row.quiet_from, row.quiet_until) = now, NEVER
    given = {each: vignettes[number % len(vignettes)][1] for number, each in enumerate(telegram_ids)}
    headstart.have_an_outcome(session, packs, given, now)
    session.execute(delete(OutboxRow))
    put_away(session, now)
    return {each: found for each in telegram_ids if (found := _first(session, each)) is not None}


def put_away(session: Session, now: datetime) -> None:
    """Nothing is due for a long time."""
    session.execute(update(FollowUpRow).values(due_at=now + FAR, expires_at=now + 2 * FAR))


def plan(session: Session, moments: Mapping[int, datetime]) -> None:
    """These follow-ups fall due then, whatever has become of them before."""
    for number, due_at in moments.items():
        row = session.get_one(FollowUpRow, number)
        row.state, row.due_at, row.expires_at, row.sent_at = "planned", due_at, due_at + FAR, None


def _first(session: Session, telegram_id: int) -> int | None:
    """The first check-in that was planned for them."""
    person = people.find(session, telegram_id)
    rows = session.scalars(
        select(FollowUpRow).where(FollowUpRow.person_id == (person.id if person else 0)).order_by(FollowUpRow.id)
    )
    return next((row.id for row in rows if follow_ups.is_check_in(row.key)), None)


def come_in(telegram: Telegram, telegram_ids: Sequence[int]) -> None:
    """Everybody wrote to the bot once, and it has read that: Telegram lets nobody be written to who did not."""
    for each in telegram_ids:
        telegram.add_person(each, "R")
        telegram.send_text(each, "/start")
    offset = 0
    while found := telegram.call("getUpdates", {"offset": offset, "limit": 100})["result"]:
        offset = found[-1]["update_id"] + 1
