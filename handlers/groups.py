"""Where others read along, nothing about health is said: one line with the way to the private chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content import words
from content.episode import Say
from handlers import strangers
from handlers.arrival import GroupArrival
from storage import audit, people, said, updates

PAUSE = timedelta(hours=1)


def take(session: Session, arrival: GroupArrival, now: datetime) -> bool:
    """A message in a group: the line, at most once an hour. An admin door tried from there is refused and noted."""
    if not updates.first_time(session, arrival.update_id, now):
        return False
    if arrival.tried is not None:
        _note(session, arrival, arrival.tried, now)
    if arrival.callback_id is not None:
        strangers.answer(session, arrival.chat_id, arrival.callback_id, None, now)
    if arrival.said and not said.since(session, arrival.chat_id, now - PAUSE):
        hour = int(now.timestamp() // PAUSE.total_seconds())
        dedupe = f"group:{arrival.chat_id}:{hour}"
        say = Say("group", {"language": words.guess(arrival.language_code)})
        strangers.tell(session, arrival.chat_id, say, now, once=dedupe)
    return True


def _note(session: Session, arrival: GroupArrival, tried: str, now: datetime) -> None:
    """Who, if we know them, and in which chat; by marks, which only tell the same from another."""
    who = people.find(session, arrival.user_id) if arrival.user_id is not None else None
    marks = {"chat": arrival.chat_id, "user": arrival.user_id}
    detail = {name: people.mark(session, each).hex() for name, each in marks.items() if each is not None}
    audit.note(session, who.id if who else None, tried, now, allowed=False, detail=detail)
