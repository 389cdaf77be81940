"""Whom a broadcast is for: conditions on people, and the exact count before anything is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import Session

from content import plan
from storage import episodes
from storage.admin_tables import BroadcastRow, ConcernedRow
from storage.tables import EpisodeRow, FollowUpRow, PersonRow

NEWS, SAFETY = "news", "safety"


@dataclass(frozen=True, slots=True)
class Audience:
    """What is empty leaves nobody out. Levels, leading causes and plans are those of a person's last check.

    `following`: reminders are still to come. `version`: our number of a stored pack; those whose advice it changes.
    """

    languages: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    following: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many people are meant, and what keeps some of them from getting it. Each is counted once, in this order."""

    meant: int = 0
    blocked: int = 0
    no_news: int = 0
    in_check: int = 0
    now: int = 0
    asleep: int = 0

    @property
    def recipients(self) -> int:
        """Who will get it: now, or when their night is over."""
        return self.now + self.asleep


def write(audience: Audience) -> dict[str, Any]:
    """The audience as a JSON document."""
    return asdict(audience)


def read(document: dict[str, Any]) -> Audience:
    """The audience of a JSON document."""
    values: dict[str, Any] = dict(document)
    for name in ("languages", "levels", "causes", "plans"):
        values[name] = tuple(values[name])
    return Audience(**values)


def count(session: Session, broadcast: BroadcastRow, now: datetime) -> Count:
    """The exact count, as of now."""
    news = PersonRow.news.is_(True) if broadcast.kind == NEWS else true()
    each = select(
        PersonRow.zone.label("zone"),
        PersonRow.blocked_at.is_not(None).label("blocked"),
        news.label("news"),
        in_check().label("asking"),
    ).where(is_meant(session, broadcast))
    people = each.subquery()
    c = people.c
    query = select(c.zone, c.blocked, c.news, c.asking, func.count()).group_by(c.zone, c.blocked, c.news, c.asking)
    found = dict.fromkeys(("blocked", "no_news", "in_check", "now", "asleep"), 0)
    for row in session.execute(query):
        zone, blocked, wants, asking, many = row
        found[_fate(zone, now, blocked=blocked, wants=wants, asking=asking)] += many
    return Count(meant=sum(found.values()), **found)


def _fate(zone: str | None, now: datetime, *, blocked: bool, wants: bool, asking: bool) -> str:
    if blocked:
        return "blocked"
    if not wants:
        return "no_news"
    if asking:
        return "in_check"
    return "asleep" if plan.is_quiet(now, zone or "UTC") else "now"


def is_recipient(session: Session, broadcast: BroadcastRow) -> ColumnElement[bool]:
    """Who gets it: meant, not blocked, not in the middle of a check; and, where it is news, said yes to news."""
    wants = PersonRow.news.is_(True) if broadcast.kind == NEWS else true()
    return and_(is_meant(session, broadcast), PersonRow.blocked_at.is_(None), wants, ~in_check())


def is_meant(session: Session, broadcast: BroadcastRow) -> ColumnElement[bool]:
    """Who is meant, whether they can and want to be reached or not."""
    audience = read(broadcast.audience)
    conditions = [PersonRow.setup == "ready", PersonRow.consent_version.is_not(None), *_last_check(session, audience)]
    if audience.languages:
        conditions.append(PersonRow.language.in_(audience.languages))
    if audience.following:
        planned = FollowUpRow.state.in_(("planned", "sent"))
        conditions.append(exists().where(FollowUpRow.person_id == PersonRow.id, planned))
    if audience.version is not None:
        mine = ConcernedRow.broadcast_id == broadcast.id
        conditions.append(exists().where(mine, ConcernedRow.person_id == PersonRow.id))
    return and_(*conditions)


def _last_check(session: Session, audience: Audience) -> list[ColumnElement[bool]]:
    asked = {"level": audience.levels, "cause": audience.causes, "plan": audience.plans}
    wanted = [episodes.has(session, kind, names) for kind, names in asked.items() if names]
    if not wanted:
        return []
    return [exists().where(EpisodeRow.id == episodes.last_told(), *wanted).correlate(PersonRow)]


def in_check() -> ColumnElement[bool]:
    """A question is open: nobody is spoken to in the middle of a check."""
    mine = and_(EpisodeRow.person_id == PersonRow.id, EpisodeRow.trial.is_(False))
    return exists().where(mine, EpisodeRow.asking)
