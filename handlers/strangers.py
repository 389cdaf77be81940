"""What reaches us from somebody of whom nothing is kept: a group's member, or a person who was erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import words
from content.episode import Say
from handlers.arrival import Arrival, Blocked, Odd
from handlers.callback import EpisodePress, PersonPress
from handlers.record import TAP_LIVES, write
from storage import drafts, outbox
from storage.drafts import Draft


def pass_by(session: Session, arrival: Arrival, now: datetime) -> bool:
    """An old button, or the news of a block, makes nobody known to us: whoever was erased stays so until they write.

    False for what does begin a first meeting.
    """
    match arrival.what:
        case EpisodePress() | PersonPress() | Odd():
            told = Say("stranger", {"language": words.guess(arrival.language_code)}, where="toast")
            answer(session, arrival.telegram_id, arrival.callback_id, told, now)
            return True
        case Blocked():
            return True
        case _:
            return False


def answer(session: Session, chat_id: int, callback_id: str | None, toast: Say | None, now: datetime) -> None:
    """End the spinner of a press, with a toast or without a word; the row belongs to nobody."""
    if callback_id is None:
        return
    draft = Draft(
        chat_id=chat_id,
        lane=outbox.URGENT,
        kind="answer",
        say=write(toast) if toast else None,
        callback_id=callback_id,
        once=f"answer:{callback_id}",
        expires_at=now + TAP_LIVES,
    )
    drafts.add(session, [draft], now)


def tell(
    session: Session, chat_id: int, say: Say, now: datetime, *, lane: int = outbox.REPLY, once: str | None = None
) -> None:
    """A message to somebody of whom nothing is kept. Its values say the language."""
    drafts.add(session, [Draft(chat_id=chat_id, lane=lane, kind="send", say=write(say), once=once)], now)
