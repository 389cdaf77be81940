"""What the sender does in the database: takes letters, by itself or with a turn, and gives up whom nobody can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.marking import write
from storage import claims, direct, outbox, people
from storage.letters import Letter
from storage.outbox import Sent
from storage.packs import Packs

T = TypeVar("T")
BATCH = 100
# So many chats may wait for their turn to be sent to before no more reminders, and no more replies, are taken: others
# stay in the outbox. Even three processes have sent theirs before the leases end, so none takes for lost what another
# holds.
MOST_REMINDERS, MOST_REPLIES = 100, 400


def last_lane(busy: int) -> int:
    """The last lane that is taken now. What is urgent is taken however much is under way already."""
    if busy >= MOST_REPLIES:
        return outbox.URGENT
    return outbox.REPLY if busy >= MOST_REMINDERS else outbox.FOLLOW_UP


def in_one(
    session: Session,
    packs: Packs,
    telegram_id: int,
    before: Sequence[Sent],
    hand: Callable[[], direct.Hand],
    turn: Callable[[Session], T],
) -> tuple[T, list[Letter], bool]:
    """What was not written yet of the person's chat, the turn, and the letters taken; whether some were not taken."""
    if before:
        people.lock_ahead(session, telegram_id)  # before their episode: whoever holds both takes them in this order
        write(session, before)
    held_out = hand()
    done, letters = direct.take(session, held_out, turn)
    _load(session, packs, letters)
    return done, letters, held_out.is_open is False


def claim(
    session: Session,
    packs: Packs,
    now: datetime,
    busy: tuple[bytes, ...],
    me: int | None,
    slow: tuple[bytes, ...],
    last: int,
) -> tuple[list[Letter], list[bytes], bool]:
    """Claimed letters, the packs that they are worded from at hand; the busy chats for which something waits; and
    whether something was left because too much is under way.
    """
    letters = outbox.claim(session, now, BATCH, busy, me, slow, last)
    passed_over, left = claims.passed_over(session, busy, now), claims.are_left(session, last, now)
    if letters:
        packs.look(session)
    _load(session, packs, letters)
    return letters, passed_over, left


def _load(session: Session, packs: Packs, letters: Iterable[Letter]) -> None:
    for pack_id in {each for letter in letters for each in _versions(letter)}:
        packs.load(session, pack_id)


def _versions(letter: Letter) -> set[int]:
    """The pack versions that a letter takes words from: its episode's, and those that it names itself."""
    own = {letter.pack_id} if letter.pack_id is not None else set[int]()
    return own | set(letter.say["values"].get("packs", ()) if letter.say else ())


def person_gone(session: Session, letter: Letter, now: datetime) -> None:
    """Nobody is there any more: nothing else goes to them until they write."""
    outbox.mark_failed(session, letter, "dropped", "gone", now)
    if letter.person_id is not None:
        people.block(session, letter.person_id, now)
        outbox.drop_for(session, letter.person_id)
