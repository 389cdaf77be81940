"""Erasing somebody for good: now, in what a sender is at, and in every backup that is restored later."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import drafts, export, outbox, people, said
from storage.drafts import Draft
from storage.ledger import Entry, Ledger
from storage.tables import ErasureRow, OutboxRow, PersonRow


def erase(session: Session, ledger: Ledger, telegram_id: int, now: datetime) -> str | None:
    """Every row of a person, noted in the ledger; our messages of the last two days will be deleted from their chat.

    The number for their receipt, or None for somebody we do not know. Raises LedgerError when it could not be noted:
    the transaction must then be rolled back, and nothing may be confirmed.
    """
    person = people.lock(session, telegram_id)
    if person is None:
        return None
    entry = Entry(now, people.mark(session, telegram_id), _receipt())
    _remove(session, person, now)
    session.add(ErasureRow(at=entry.at, mark=entry.mark, receipt=entry.receipt))
    session.flush()
    ledger.append([entry])  # last: what the file says, the commit that follows makes true, or the next start does
    return entry.receipt


def _remove(session: Session, person: PersonRow, now: datetime) -> None:
    """Every row; what is left is to end what spins in their chat, and to delete our messages there."""
    telegram_id, numbers = person.telegram_id, said.lately(session, person.id, now)
    spinning = _spinning(session, person.id)
    export.erase(session, telegram_id)
    for callback_id, until in spinning:
        _end_spinner(session, telegram_id, callback_id, until, now)
    outbox.wipe(session, telegram_id, numbers, now)


def _spinning(session: Session, person_id: int) -> list[tuple[str | None, datetime | None]]:
    """The presses, made just before, whose answers still wait: Telegram shows each as under way."""
    waiting = (OutboxRow.person_id == person_id, OutboxRow.kind == "answer", OutboxRow.state == "waiting")
    rows = session.scalars(select(OutboxRow).where(*waiting).order_by(OutboxRow.id))
    return [(row.callback_id, row.expires_at) for row in rows]


def _end_spinner(
    session: Session, chat_id: int, callback_id: str | None, until: datetime | None, now: datetime
) -> None:
    """Without a word; the row belongs to nobody and is gone when that is done."""
    draft = Draft(chat_id=chat_id, lane=outbox.URGENT, kind="answer", callback_id=callback_id, expires_at=until)
    drafts.add(session, [draft], now)


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody who was noted as erased and was there still, with what a word to them needs."""

    telegram_id: int
    noted: Entry
    language: str
    zone: str | None


def replay(session: Session, ledger: Ledger, now: datetime) -> list[Again]:
    """Who was noted as erased and is there is erased now: they came back with an older backup, or a process ended
    between the note and the commit. File and table know the same afterwards.
    """
    ledger.check()
    _reconcile(session, ledger)
    found = []
    for person, row in _back_again(session):
        found.append(Again(person.telegram_id, Entry(row.at, row.mark, row.receipt), person.language, person.zone))
        _remove(session, person, now)
    return found


def _reconcile(session: Session, ledger: Ledger) -> None:
    filed = {each.receipt: each for each in ledger.read()}
    known = {row.receipt: Entry(row.at, row.mark, row.receipt) for row in session.scalars(select(ErasureRow))}
    ledger.append(entry for receipt, entry in known.items() if receipt not in filed)
    new = (entry for receipt, entry in filed.items() if receipt not in known)
    session.add_all(ErasureRow(at=each.at, mark=each.mark, receipt=each.receipt) for each in new)
    session.flush()


def _back_again(session: Session) -> list[tuple[PersonRow, ErasureRow]]:
    """Who is here, and was met before they were erased (last); who came back by themselves was met afterwards."""
    met_before = PersonRow.created_at < ErasureRow.at
    query = select(PersonRow, ErasureRow).join(ErasureRow, (ErasureRow.mark == PersonRow.mark) & met_before)
    found = {person.id: (person, row) for person, row in session.execute(query.order_by(PersonRow.id, ErasureRow.at))}
    return list(found.values())


def _receipt() -> str:
    number = f"{secrets.randbelow(10**8):08}"
    return f"{number[:4]}-{number[4:]}"
