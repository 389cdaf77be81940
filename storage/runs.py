"""Runs that people logged: a row each, what was told of it as a document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.diary import Run
from storage.tables import RunRow


def add(session: Session, person_id: int, run: Run, card_message_id: int | None) -> RunRow:
    """A new run's row. `card_message_id`: the message on which it was logged."""
    row = RunRow(person_id=person_id, at=run.at, data={"card": card_message_id})
    save(row, run)
    session.add(row)
    session.flush()
    return row


def save(row: RunRow, run: Run) -> None:
    """Write a run back."""
    told = asdict(run) | {"places": list(run.places)}
    del told["at"]
    row.at, row.data = run.at, {**row.data, **told}


def read(row: RunRow) -> Run:
    """The row as the record that decisions are made on."""
    data = row.data
    return Run(
        row.at, data["score"], tuple(data["places"]), data["after"], data["was_yesterday"], in_words=data["in_words"]
    )


def logged_on(row: RunRow) -> int | None:
    """The message on which it was logged."""
    card: int | None = row.data["card"]
    return card


def of_person(session: Session, person_id: int, run_id: int) -> RunRow | None:
    """The person's own run of that number; another person's is none of theirs."""
    row = session.get(RunRow, run_id)
    return row if row is not None and row.person_id == person_id else None


def newest(session: Session, person_id: int) -> RunRow | None:
    """The run that was logged last."""
    query = select(RunRow).where(RunRow.person_id == person_id).order_by(RunRow.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def scores(session: Session, person_id: int, since: datetime) -> tuple[tuple[str, int], ...]:
    """When (ISO, UTC) and how strong, of the person's runs since then."""
    told = (read(row) for row in all_of(session, person_id, since))
    return tuple((run.at.isoformat(), run.score) for run in told)


def all_of(session: Session, person_id: int, since: datetime | None = None) -> list[RunRow]:
    """The person's runs since then (None: ever), oldest first."""
    query = select(RunRow).where(RunRow.person_id == person_id)
    query = query if since is None else query.where(RunRow.at >= since)
    return list(session.scalars(query.order_by(RunRow.at, RunRow.id)))
