"""Signs: what the bot's processes tell each other, and what one tells the next. One moment a name; about nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.tables import SignRow

# By the server's clock, which is the same for all. A moment far ahead is of a clock that was put back since.
NEXT_TURN = text("""
    INSERT INTO signs (name, at, by) VALUES ('pace', clock_timestamp() + :every * interval '1 second', '')
    ON CONFLICT (name) DO UPDATE SET at = :every * interval '1 second' + greatest(
        least(signs.at, clock_timestamp() + interval '5 seconds'), clock_timestamp() - :slack * interval '1 second')
    RETURNING extract(epoch FROM signs.at - clock_timestamp()) - :every
""")


def seen(session: Session, name: str, *, lock: bool = False) -> SignRow | None:
    """The sign of this name, if there is one; `lock` it, to change it by what it says."""
    return session.get(SignRow, name, populate_existing=True, with_for_update=lock)


def note(session: Session, name: str, at: datetime, by: str = "") -> None:
    """From now on the sign of this name says this."""
    session.merge(SignRow(name=name, at=at, by=by))


def next_turn_s(session: Session, every_s: float, slack_s: float) -> float:
    """In how many seconds the next of all messages may go, one `every_s`: it is the caller's. PostgreSQL only.

    A moment that everybody let pass is lost, but for `slack_s`.
    """
    found = session.execute(NEXT_TURN, {"every": every_s, "slack": slack_s}).scalar_one()
    return float(found)
