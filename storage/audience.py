"""Whom a broadcast is for: conditions on people, and the exact count before anything is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from content.hours import is_quiet
from storage import episodes, people
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
    news = _wants(broadcast, now)
    each = select(
        *people.CLOCK,
        PersonRow.blocked_at.is_not(None).label("blocked"),
        news.label("news"),
        in_check().label("asking"),
    ).where(is_meant(session, broadcast))
    c = each.subquery().c
    kinds = (c.zone, c.quiet_from, c.quiet_until, c.blocked, c.news, c.asking)
    query = select(*kinds, func.count()).group_by(*kinds)
    found = dict.fromkeys(("blocked", "no_news", "in_check", "now", "asleep"), 0)
    for row in session.execute(query):
        *clock, blocked, wants, asking, many = row
        asleep = is_quiet(now, people.hours(*clock))
        found[_fate(blocked=blocked, wants=wants, asking=asking, asleep=asleep)] += many
    return Count(meant=sum(found.values()), **found)


def _fate(*, blocked: bool, wants: bool, asking: bool, asleep: bool) -> str:
    if blocked:
        return "blocked"
    if not wants:
        return "no_news"
    if asking:
        return "in_check"
    return "asleep" if asleep else "now"


def is_recipient(session: Session, broadcast: BroadcastRow, now: datetime) -> ColumnElement[bool]:
    """Who gets it: meant, not blocked, not in the middle of a check; and, where it is news, wants news now."""
    meant = is_meant(session, broadcast)
    return and_(meant, PersonRow.blocked_at.is_(None), _wants(broadcast, now), ~in_check())


def _wants(broadcast: BroadcastRow, now: datetime) -> ColumnElement[bool]:
    """Said yes to news and is not having a break; a safety notice is not news."""
    if broadcast.kind != NEWS:
        return true()
    return and_(PersonRow.news.is_(True), or_(PersonRow.paused_until.is_(None), PersonRow.paused_until <= now))


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
