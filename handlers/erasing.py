"""/delete: one card that says what goes and what stays, one yes, and nothing is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from content.episode import Say
from handlers import strangers
from handlers.visit import Visit
from storage import erasures
from storage.ledger import Ledger, LedgerError

ASKED = timedelta(hours=1)  # how long the card's yes means what it says


def asked(visit: Visit, payload: str) -> None:
    """What goes and what stays, with one yes and one no."""
    visit.post(_card(visit, "new"))


def pressed(visit: Visit, value: str) -> None:
    """The card's buttons. A yes from long ago, or from an earlier life, asks again."""
    match value.split("/"):
        case ["yes", moment] if _is_fresh(visit, moment):
            _erase(visit)
        case ["no"]:
            visit.post(Say("erase_kept", visit.around(), where="edit"))
        case [""]:
            asked(visit, value)
        case _:
            visit.post(_card(visit, "edit"))


def replay(session: Session, ledger: Ledger, now: datetime) -> int:
    """Who was noted as erased and is there still is erased now; how many.

    A note of the last hour is of a press whose process ended before it could say so: they get their receipt.
    """
    again = erasures.replay(session, ledger, now)
    for each in again:
        if now - each.noted.at <= ASKED:
            known = {"language": each.language, "zone": each.zone}
            strangers.tell(session, each.telegram_id, _receipt(known, each.noted.receipt, each.noted.at), now)
    return len(again)


def _receipt(known: Mapping[str, str | None], number: str | None, at: datetime) -> Say:
    return Say("erased", {**known, "at": at.isoformat(), "receipt": number})


def _card(visit: Visit, where: Literal["new", "edit"]) -> Say:
    values = {"asked_at": int(visit.now.timestamp()), "minor": bool(visit.row.minor)}
    return Say("erase_ask", {**visit.around(), **values}, where=where)


def _is_fresh(visit: Visit, moment: str) -> bool:
    if not (moment.isdigit() and len(moment) < len(str(2**40))):
        return False
    asked_at = datetime.fromtimestamp(int(moment), UTC)
    return int(visit.row.created_at.timestamp()) <= int(moment) and visit.now - ASKED <= asked_at <= visit.now


def _erase(visit: Visit) -> None:
    """Rows, what waits, and the note in the ledger, in this one transaction; then the receipt, which keeps nothing."""
    session, row, arrival = visit.session, visit.row, visit.arrival
    known = {"language": row.language, "zone": row.zone}
    try:
        with session.begin_nested():
            receipt = erasures.erase(session, visit.ledger, arrival.telegram_id, visit.now)
    except LedgerError:
        visit.post(Say("erase_failed", visit.around()))
        return
    strangers.answer(session, arrival.telegram_id, arrival.callback_id, None, visit.now)
    strangers.tell(session, arrival.telegram_id, _receipt(known, receipt, visit.now), visit.now)
