"""A letter: one row of the outbox in a sender's hands, with what is needed to word and address it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from content import words
from storage import claims
from storage.drafts import Draft
from storage.tables import EpisodeRow, OutboxRow, PersonRow


@dataclass(frozen=True, slots=True)
class Letter:
    """One claimed row with what is needed to word and address it. `chat` is the mark of `chat_id`."""

    id: int
    person_id: int | None
    episode_id: int | None
    pack_id: int | None
    chat: bytes
    chat_id: int
    lane: int
    kind: str
    say: dict[str, Any]
    card: bool
    message_id: int | None
    callback_id: str | None
    language: str
    zone: str | None
    country: str | None
    card_message_id: int | None
    card_hash: str | None
    attempts: int
    trial: bool = False
    scale: bool = True
    simple: bool = False

    @property
    def is_farewell(self) -> bool:
        """Said in the private chat of somebody whom we do not know, or know no more: it must leave no trace."""
        return self.person_id is None and self.chat_id > 0

    @property
    def is_paced(self) -> bool:
        """A new message that is not urgent: in its chat it waits until Telegram would not mind."""
        return self.kind == "send" and self.lane > claims.URGENT


def letter(row: OutboxRow, person: PersonRow | None, episode: EpisodeRow | None) -> Letter:
    """A row with what is needed to word and address it."""
    chat_id = person.telegram_id if person else row.chat_id or 0
    return _letter(row, person, episode, number=row.id, chat=row.chat, chat_id=chat_id, attempts=row.attempts)


def drafted(number: int, draft: Draft) -> Letter:
    """The same of what was put in just now under this number, for a person whom we know, to be sent at once."""
    person = draft.person
    assert person is not None  # noqa: S101 - for the type; storage/direct.py takes nothing else
    chat, chat_id = person.mark, person.telegram_id
    return _letter(draft, person, draft.episode, number=number, chat=chat, chat_id=chat_id, attempts=1)


def _letter(
    row: OutboxRow | Draft,
    person: PersonRow | None,
    episode: EpisodeRow | None,
    *,
    number: int,
    chat: bytes,
    chat_id: int,
    attempts: int,
) -> Letter:
    holder = episode or person
    return Letter(
        id=number,
        person_id=person.id if person else None,
        episode_id=episode.id if episode else None,
        pack_id=episode.pack_id if episode else None,
        chat=chat,
        chat_id=chat_id,
        lane=row.lane,
        kind=row.kind,
        say=row.say,
        card=row.card,
        message_id=row.message_id,
        callback_id=row.callback_id,
        language=person.language if person else _said_in(row.say),
        zone=person.zone if person else None,
        country=person.country if person else None,
        card_message_id=holder.card_message_id if holder else None,
        card_hash=holder.card_hash if holder else None,
        attempts=attempts,
        trial=episode.trial if episode else False,
        scale=person.scale if person else True,
        simple=person.simple if person else False,
    )


def _said_in(say: dict[str, Any] | None) -> str:
    """The language for nobody whom we know: what is said to them says it itself."""
    values: dict[str, Any] = (say or {}).get("values", {})
    return str(values.get("language") or words.FIRST)
