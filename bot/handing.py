"""`stridecheck summary`: the papers of one person's newest result, for an operator who is asked for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot import papers
from content import summary
from content.summary import Summary
from handlers.voice import Voice
from storage import episodes, people, runs
from storage.packs import Packs


class NoSummaryError(LookupError):
    """There is nothing to hand out; the message says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a paper is drawn from."""

    voice: Voice
    summary: Summary


def find(session: Session, telegram_id: int, now: datetime) -> Told:
    """The newest result of a person. Raises NoSummaryError for a stranger, and before the first result."""
    person = people.find(session, telegram_id)
    row = episodes.newest_told(session, person.id) if person else None
    if person is None or row is None:
        raise NoSummaryError(f"Nothing is kept about {telegram_id}." if person is None else "There is no result yet.")
    voice = Voice(person.language, Packs().load(session, row.pack_id), now, person.zone, person.country)
    told = summary.summarise(voice.pack, episodes.read(row.data), row.started_at, now)
    return Told(voice, replace(told, runs=runs.scores(session, person.id, row.started_at)))


def write(told: Told, file: Path) -> None:
    """The paper that the file's name asks for. Raises ValueError for another ending."""
    for kind, ending in sorted(papers.ENDINGS.items(), key=lambda each: -len(each[1])):
        if file.name.endswith(f".{ending}"):
            file.write_bytes(papers.draw(kind, told.voice, told.summary))
            return
    raise ValueError(f"{file.name}: end the name in {', '.join(f'.{each}' for each in papers.ENDINGS.values())}")
