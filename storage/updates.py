"""Updates of Telegram's whose turn is committed: a repeat of one changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storage import plain
from storage.columns import Base
from storage.tables import UpdateRow

UPDATES = Base.metadata.tables[UpdateRow.__tablename__]
# One statement, not two: nothing is put in where the update is there already.
IS_THERE = select(UPDATES.c.update_id).where(UPDATES.c.update_id == bindparam("update")).exists()
NOTED = (
    insert(UPDATES)
    .from_select(
        ["update_id", "at"],
        select(bindparam("update", type_=UPDATES.c.update_id.type), bindparam("now", type_=UPDATES.c.at.type)).where(
            ~IS_THERE
        ),
    )
    .returning(UPDATES.c.update_id)
)


def first_time(session: Session, update_id: int, now: datetime) -> bool:
    """Is this update new? It is remembered in the same transaction as its turn."""
    return plain.connection(session).execute(NOTED, {"update": update_id, "now": now}).first() is not None
