"""The person chooses a language: it is stored at once, and the open card says itself again in it, where it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import person as people_rules
from content.asking import question_say
from content.episode import Say
from handlers.record import Reply
from storage import episodes, outbox, people
from storage.packs import Packs
from storage.tables import EpisodeRow, PersonRow


def choose(
    session: Session,
    packs: Packs,
    row: PersonRow,
    language: str,
    asking: EpisodeRow | None,
    reply: Reply,
    now: datetime,
    *,
    shows: Say | None = None,
) -> None:
    """Store the language, mark it on the card of languages, and word the open card anew. The present one: no change.

    `asking`: the episode whose question is open. `shows`: what the pressed card shows then, instead of the languages.
    Reminders need nothing: they become words when they are sent.
    """
    if language == row.language:
        reply.post(session, row, [], now)
        return
    row.language = language
    marked = shows or Say("language", {"turn": row.turn, "asking": asking is not None}, where="edit")
    is_on_open_card = _is_meeting(row) and reply.message_id == row.card_message_id
    reply.post(session, row, [] if is_on_open_card else [marked], now)
    if asking is not None and asking.card_message_id is not None:
        say = question_say(packs.load(session, asking.pack_id), episodes.read(asking.data))
        Reply(outbox.REPLY, asking.card_message_id).post(session, row, [say], now, asking)
    elif _is_meeting(row):
        say = people_rules.setup_say(people.read(row), now)
        Reply(outbox.REPLY, row.card_message_id).post(session, row, [say], now)


def _is_meeting(row: PersonRow) -> bool:
    """Is the open card the one of the first meeting?"""
    return people.read(row).step != "ready" and row.card_message_id is not None
