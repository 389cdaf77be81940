"""Episodes and what happened in them: the state as one document, the events beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased, object_session
from sqlalchemy.orm.attributes import set_committed_value

from content import outage
from content.episode import (
    Back,
    ClockChanged,
    Dropped,
    Due,
    Entry,
    Episode,
    Event,
    FollowUp,
    Held,
    Icing,
    Left,
    Moved,
    Pressed,
    Replaced,
    Restored,
    Resumed,
    Shift,
    Started,
)
from content.hours import USUAL, Quiet, Stay
from content.pack import Answers
from storage import crypto, plain, sealed
from storage.columns import Base
from storage.tables import EpisodeRow, EventRow, PackRow, PersonRow

EPISODES = Base.metadata.tables[EpisodeRow.__tablename__]
# Asked in every turn: put together once.
OWN = select(EpisodeRow).where(EpisodeRow.id == bindparam("episode"), EpisodeRow.person_id == bindparam("person"))
REMEMBERED = insert(Base.metadata.tables[EventRow.__tablename__])
SAVED = (
    update(EPISODES)
    .where(EPISODES.c.id == bindparam("episode"))
    .values(
        {
            each: bindparam(each.name)
            for each in (
                EPISODES.c.state,
                EPISODES.c.asking,
                EPISODES.c.open_at,
                EPISODES.c.told,
                EPISODES.c.level_mark,
                EPISODES.c.cause_mark,
                EPISODES.c.plan_mark,
                EPISODES.c.sealed_data,
                EPISODES.c.closed_at,
            )
        }
    )
)
RUNNING = (
    select(EpisodeRow)
    .where(EpisodeRow.person_id == bindparam("person"), EpisodeRow.state != "closed", EpisodeRow.trial.is_(False))
    .order_by(EpisodeRow.id.desc())
)


def add(
    session: Session, person_id: int, pack_id: int, episode: Episode, now: datetime, *, trial: bool = False
) -> EpisodeRow:
    """A new episode's row."""
    row = EpisodeRow(person_id=person_id, pack_id=pack_id, started_at=now, trial=trial)
    session.add(row)
    row.data = write(episode)
    for name, value in _columns(row, episode, now).items():
        setattr(row, name, value)
    session.flush()
    return row


def save(row: EpisodeRow, episode: Episode, now: datetime) -> None:
    """Write a decided episode back."""
    session, values = object_session(row), _columns(row, episode, now)
    if session is None:
        raise LookupError("only an episode that was stored can be written back")
    box = EpisodeRow.data.boxed(row, write(episode), sealed.keys_of(row))
    written = {**values, "sealed_data": box}
    plain.connection(session).execute(SAVED, {**written, "episode": row.id})
    for name, value in written.items():
        set_committed_value(row, name, value)


def _columns(row: EpisodeRow, episode: Episode, now: datetime) -> dict[str, Any]:
    """What is asked of many at once, without telling what it was."""
    is_closed = episode.state == "closed"
    found = {"level": episode.level, "cause": next(iter(episode.causes), None), "plan": episode.plan}
    keys = sealed.keys_of(row)
    return {
        "state": episode.state,
        "asking": not is_closed and episode.question is not None,
        "open_at": now if outage.is_open(episode) else None,
        "told": episode.level is not None,
        "closed_at": (row.closed_at or now) if is_closed else None,
        **{f"{kind}_mark": None if name is None else keys.mark(kind, name) for kind, name in found.items()},
    }


def of_person(session: Session, person_id: int, episode_id: int) -> EpisodeRow | None:
    """The person's own episode of that number; another person's is none of theirs."""
    return session.scalars(OWN, {"episode": episode_id, "person": person_id}).one_or_none()


def running(session: Session, person_id: int) -> list[EpisodeRow]:
    """The person's episodes that are not closed, newest first."""
    return list(session.scalars(RUNNING, {"person": person_id}))


def newest_told(session: Session, person_id: int) -> EpisodeRow | None:
    """The person's newest episode that has an outcome; an admin's trial of a version is no check of theirs."""
    query = select(EpisodeRow).where(EpisodeRow.person_id == person_id, EpisodeRow.told)
    return session.scalars(query.where(~EpisodeRow.trial).order_by(EpisodeRow.id.desc()).limit(1)).one_or_none()


def open_of(session: Session, pack: str) -> list[Episode]:
    """Everybody's episodes of this pack, in any version, that are not closed."""
    query = select(EpisodeRow).join(PackRow, PackRow.id == EpisodeRow.pack_id)
    is_open = (PackRow.pack == pack, EpisodeRow.state != "closed", EpisodeRow.trial.is_(False))
    rows = session.scalars(query.where(*is_open).order_by(EpisodeRow.id))
    return [read(row.data) for row in rows]


def last_told() -> ScalarSelect[int | None]:
    """The number of the last check in which a person (of the query around it) was told something; nobody's trial."""
    inner = aliased(EpisodeRow)
    told = inner.told & inner.trial.is_(False)
    query = select(func.max(inner.id)).where(inner.person_id == PersonRow.id, told)
    return query.correlate(PersonRow).scalar_subquery()


def has(session: Session, kind: str, names: Iterable[str]) -> ColumnElement[bool]:
    """The outcome's level, leading cause or plan (`kind`) is one of these."""
    column = {"level": EpisodeRow.level_mark, "cause": EpisodeRow.cause_mark, "plan": EpisodeRow.plan_mark}[kind]
    return column.in_([crypto.mark(session, kind, name) for name in names])


def all_of(session: Session, person_id: int) -> list[EpisodeRow]:
    """All of a person's episodes, oldest first."""
    query = select(EpisodeRow).where(EpisodeRow.person_id == person_id, EpisodeRow.trial.is_(False))
    return list(session.scalars(query.order_by(EpisodeRow.id)))


def remember(session: Session, episode_id: int, event: Event, now: datetime) -> None:
    """Append what happened."""
    values = {"episode_id": episode_id, "at": now, "event": write_event(event)}
    plain.connection(session).execute(REMEMBERED, plain.sealed_row(session, EventRow, values))


def events(session: Session, episode_id: int) -> list[tuple[datetime, Event]]:
    """What happened in an episode, in order."""
    return [(row.at, read_event(row.event)) for row in event_rows(session, episode_id)]


def event_rows(session: Session, episode_id: int) -> list[EventRow]:
    """The same, as they are stored."""
    query = select(EventRow).where(EventRow.episode_id == episode_id).order_by(EventRow.id)
    return list(session.scalars(query))


def write(episode: Episode) -> dict[str, Any]:
    """The episode as a JSON document."""
    document = {each.name: getattr(episode, each.name) for each in fields(episode)}
    document["ticked"] = sorted(episode.ticked)
    document["trail"], document["causes"] = list(episode.trail), list(episode.causes)
    document["in_words"] = list(episode.in_words)
    document["answers"] = write_answers(episode.answers)
    document["check"] = write_answers(episode.check)
    document["visit"] = write_answers(episode.visit)
    document["planned_from"] = episode.planned_from.isoformat() if episode.planned_from else None
    document["history"] = [asdict(entry) for entry in episode.history]
    document["icing"] = asdict(episode.icing) if episode.icing else None
    document["quiet"] = list(episode.quiet)
    document["stays"] = [[each.zone, list(each.quiet), each.until.isoformat()] for each in episode.stays]
    document["dropped"] = list(episode.dropped)
    document["moved"] = [_write_times(shift) for shift in episode.moved]
    document["back"] = _write_back(episode.back) if episode.back else None
    return document


def read(document: dict[str, Any]) -> Episode:
    """The episode of a JSON document."""
    values = dict(document)
    values["ticked"] = frozenset(values["ticked"])
    values["trail"], values["causes"] = tuple(values["trail"]), tuple(values["causes"])
    values["in_words"] = tuple(values.get("in_words", ()))
    values["answers"] = read_answers(values["answers"])
    values["check"] = read_answers(values["check"])
    values["visit"] = read_answers(values.get("visit", {}))
    values["planned_from"] = datetime.fromisoformat(values["planned_from"]) if values["planned_from"] else None
    values["history"] = tuple(Entry(**entry) for entry in values.get("history", ()))
    values["iced_at"] = tuple(values.get("iced_at", ()))
    values["icing"] = Icing(**values["icing"]) if values["icing"] else None
    values["quiet"] = Quiet(*values.get("quiet", USUAL))
    values["stays"] = tuple(
        Stay(zone, Quiet(*quiet), datetime.fromisoformat(until)) for zone, quiet, until in values.get("stays", ())
    )
    values["dropped"] = tuple(values.get("dropped", ()))
    values["moved"] = tuple(Shift(**_read_times(shift)) for shift in values.get("moved", ()))
    values["back"] = _read_back(values.get("back"))
    return Episode(**values)


def _write_back(back: Back) -> dict[str, Any]:
    return {**{each.name: getattr(back, each.name) for each in fields(back)}, "known": write_answers(back.known)}


def _read_back(document: dict[str, Any] | None) -> Back | None:
    return Back(**{**document, "known": read_answers(document["known"])}) if document else None


def write_answers(answers: Answers) -> dict[str, list[str]]:
    """Answers as JSON: question -> sorted options."""
    return {question: sorted(options) for question, options in answers.items()}


def read_answers(document: dict[str, list[str]]) -> Answers:
    """Answers of a JSON document."""
    return {question: frozenset(options) for question, options in document.items()}


def write_event(event: Event) -> dict[str, Any]:
    """The event as a JSON document."""
    document: dict[str, Any] = {"kind": type(event).__name__}
    match event:
        case Started(Back() as back):
            document |= {"back": _write_back(back)}
        case Pressed(turn, option):
            document |= {"turn": turn, "option": option}
        case Due(key, expires_at):
            document |= {"key": key, "expires_at": expires_at.isoformat()}
        case ClockChanged(zone, quiet, rounds):
            document |= {"zone": zone, "quiet": list(quiet), "rounds": rounds}
        case Moved(planned, to):
            document |= {"planned": _write_times(planned), "to": to}
        case Dropped(planned, number):
            document |= {"planned": _write_times(planned), "number": number}
        case Restored(planned):
            document |= {"planned": _write_times(planned)}
        case Held(planned, until):
            document |= {"planned": _write_times(planned), "until": until.isoformat()}
        case _:
            pass
    return document


def _write_times(record: FollowUp | Shift) -> dict[str, Any]:
    """A record whose fields named ..._at are moments."""
    return {name: value.isoformat() if name.endswith("_at") else value for name, value in asdict(record).items()}


def _read_times(document: dict[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name.endswith("_at") else value for name, value in document.items()}


def read_event(document: dict[str, Any]) -> Event:
    """The event of a JSON document. Raises ValueError for one that this program did not write."""
    match document:
        case {"kind": "Pressed", "turn": int(turn), "option": str(option)}:
            return Pressed(turn, option)
        case {"kind": "Due", "key": str(key), "expires_at": str(at)}:
            return Due(key, datetime.fromisoformat(at))
        case {"kind": "ClockChanged", "zone": str(zone), "quiet": [int(since), int(until)], "rounds": rounds}:
            return ClockChanged(zone, Quiet(since, until), rounds)
        case {"kind": "Moved", "planned": dict(planned), "to": str(to)}:
            return Moved(FollowUp(**_read_times(planned)), to)
        case {"kind": "Dropped", "planned": dict(planned), "number": int(number)}:
            return Dropped(FollowUp(**_read_times(planned)), number)
        case {"kind": "Restored", "planned": dict(planned)}:
            return Restored(FollowUp(**_read_times(planned)))
        case {"kind": "Held", "planned": dict(planned), "until": str(at)}:
            return Held(FollowUp(**_read_times(planned)), datetime.fromisoformat(at))
        case {"kind": "Started"}:
            return Started(_read_back(document.get("back")))
        case {"kind": "Resumed"}:
            return Resumed()
        case {"kind": "Left"}:
            return Left()
        case {"kind": "Replaced"}:
            return Replaced()
        case _:
            raise ValueError(f"an event of an unknown kind: {document.get('kind')!r}")
