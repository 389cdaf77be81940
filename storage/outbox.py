"""The outbox: what is to be said waits here until Telegram has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Boolean, ColumnElement, Update, bindparam, case, delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from storage import claims, drafts, letters, neighbours, plain
from storage.columns import Base
from storage.drafts import LETTERS, Draft
from storage.letters import Letter
from storage.tables import EpisodeRow, OutboxRow, PersonRow, UpdateRow

URGENT, REPLY, FOLLOW_UP, BROADCAST = claims.LANES
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=2)
MOST_WIPED = 100  # core.telegram.org/bots/api#deletemessages
PLAINLY = {"synchronize_session": False}  # one statement, no objects looked at

# What every message needs is put together once: building a statement takes longer than running it.
# Whose it is, too: SQLite gives the number of a row that was erased to the next one.
SENT = (
    update(LETTERS)
    .where(
        LETTERS.c.id == bindparam("letter"),
        LETTERS.c.person_id.is_not_distinct_from(bindparam("person", type_=BigInteger)),
    )
    .values(
        state="sent",
        sent_at=bindparam("now"),
        lease_until=None,
        sealed_say=None,
        message_id=func.coalesce(bindparam("message", type_=BigInteger), LETTERS.c.message_id),
    )
)
# What is safe to be said twice: its row has the number of its message already.
ALL_SENT = (
    update(LETTERS)
    .where(tuple_(LETTERS.c.id, LETTERS.c.person_id).in_(bindparam("letters", expanding=True)))
    .values(state="sent", sent_at=bindparam("now"), lease_until=None, sealed_say=None)
    .returning(LETTERS.c.id)
)
CARD = ("card_message_id", "card_hash")


def _shown_on(holder: type[EpisodeRow | PersonRow]) -> Update:
    """A card's message is remembered with what it shows; any other message only when it is the card already."""
    table = Base.metadata.tables[holder.__tablename__]
    shows_it = bindparam("card", type_=Boolean) | (table.c.card_message_id == bindparam("message"))
    values: dict[str, object] = {"card_message_id": bindparam("message"), "card_hash": bindparam("digest")}
    return update(table).where(table.c.id == bindparam("holder"), shows_it).values(values)


SHOWN = {holder: _shown_on(holder) for holder in (EpisodeRow, PersonRow)}


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has it. `looks`: the digest of what it shows."""

    letter: Letter
    message_id: int | None
    looks: str | None
    at: datetime


def claim(
    session: Session,
    now: datetime,
    limit: int,
    busy: Iterable[bytes],
    me: int | None = None,
    slow: Collection[bytes] = (),
    last: int = FOLLOW_UP,
) -> list[Letter]:
    """Take rows to send: urgent first, each chat in order, none of the `busy` chats. They are leased for a minute.

    `slow`: chats to which no new message goes but an urgent one. `last`: no lane after this one.
    `me`: this process's number among neighbours; then nothing for a chat to which one of them is just sending.
    The recipients of broadcasts are not among them: storage/recipients.py takes those one at a time.
    """
    taken, given = [], {"now": now, "busy": list(busy), "slow": list(slow), "most": limit, "last": last}
    if me is not None:
        neighbours.claim_alone(session)
        given["me"] = me
    for row, person, episode in session.execute(claims.CLAIMS[me is not None, bool(slow)], given):
        claimed = letters.letter(row, person, episode)
        if row.expires_at is not None and row.expires_at <= now:
            mark_failed(session, claimed, "dropped", "too late", now)
            continue
        row.state, row.lease_until, row.attempts, row.holder = "sending", now + LEASE, row.attempts + 1, me
        taken.append(replace(claimed, attempts=row.attempts))
    return taken


def mark_sent(session: Session, letter: Letter, message_id: int | None, digest: str | None, now: datetime) -> None:
    """Telegram has it. A card's message is remembered, with what it shows."""
    session.flush()
    if letter.is_farewell:
        _forget(session, letter)
        return
    connection = plain.connection(session)
    sent = {"letter": letter.id, "person": letter.person_id, "now": now, "message": message_id}
    is_kept = connection.execute(SENT, sent).rowcount > 0
    if message_id is None:
        return
    if not is_kept:
        wipe(session, letter.chat_id, [message_id], now)
    elif letter.person_id is not None:  # a group has no card
        _note_looks(session, [Sent(letter, message_id, digest, now)])


def mark_all(session: Session, together: Sequence[Sent]) -> None:
    """Telegram has these answers to presses and edits, of people whom we know: one statement for all."""
    pairs = [(each.letter.id, each.letter.person_id) for each in together]
    given = {"letters": pairs, "now": together[-1].at}
    kept = set(plain.connection(session).scalars(ALL_SENT, given))
    shown = [each for each in together if each.message_id is not None]
    _note_looks(session, [each for each in shown if each.letter.id in kept])
    for each in shown:
        if each.letter.id not in kept and each.message_id is not None:
            wipe(session, each.letter.chat_id, [each.message_id], each.at)


def _note_looks(session: Session, shown: Sequence[Sent]) -> None:
    """A card's message is remembered, with what it shows; the session reads it anew where it has read it before."""
    for holder, statement in SHOWN.items():
        mine = [each for each in shown if (each.letter.episode_id is not None) is (holder is EpisodeRow)]
        if mine:
            plain.connection(session).execute(statement, [_looks(each) for each in mine])
        for each in mine:
            plain.forget(session, holder, each.letter.episode_id or each.letter.person_id, CARD)


def _looks(sent: Sent) -> dict[str, object]:
    letter = sent.letter
    shown = {"message": sent.message_id, "digest": sent.looks, "card": letter.card}
    return {**shown, "holder": letter.episode_id or letter.person_id}


def mark_failed(session: Session, letter: Letter, state: str, error: str, now: datetime) -> None:
    """It will never be sent: `dropped` (nobody to read it) or `dead` (an operator should look)."""
    if letter.is_farewell:
        _forget(session, letter)
        return
    _set(session, letter, state=state, error=error[:500], lease_until=None, sent_at=now)


def put_back(session: Session, letter: Letter, not_before: datetime, *, hold_chat: bool = False) -> None:
    """To be tried again later, unless it was dropped, or taken by another, meanwhile.

    `hold_chat`: nothing goes to this chat before.
    """
    mine = (OutboxRow.state == "sending", OutboxRow.attempts == letter.attempts)
    _set(session, letter, *mine, state="waiting", lease_until=None, not_before=not_before)
    if hold_chat and letter.person_id is not None:
        query = update(PersonRow).where(PersonRow.id == letter.person_id).values(not_before=not_before)
        session.execute(query, execution_options=PLAINLY)


def hand_back(session: Session, untried: Iterable[Letter]) -> None:
    """These were claimed and not tried: they wait as before, unless they were dropped, or taken, meanwhile."""
    for letter in untried:
        mine = (OutboxRow.state == "sending", OutboxRow.attempts == letter.attempts)
        _set(session, letter, *mine, state="waiting", lease_until=None, attempts=letter.attempts - 1)


def send_instead(session: Session, letter: Letter, now: datetime) -> None:
    """The message to edit is gone: say it as a new one."""
    _set(session, letter, state="waiting", kind="send", message_id=None, lease_until=None, not_before=now)


def wipe(session: Session, chat_id: int, message_ids: Sequence[int], now: datetime) -> None:
    """Messages of ours will be deleted from a chat. The row belongs to nobody and is gone when that is done."""
    neighbours.ring(session)
    for start in range(0, len(message_ids), MOST_WIPED):
        numbers = list(message_ids[start : start + MOST_WIPED])
        say: dict[str, object] = {"kind": "wipe", "values": {"messages": numbers}}
        drafts.add(session, [Draft(chat_id=chat_id, lane=REPLY, kind="wipe", say=say)], now)


def _forget(session: Session, letter: Letter) -> None:
    session.execute(delete(OutboxRow).where(OutboxRow.id == letter.id), execution_options=PLAINLY)


def _set(session: Session, letter: Letter, *only_if: ColumnElement[bool], **values: object) -> None:
    mine = (OutboxRow.id == letter.id, OutboxRow.person_id.is_not_distinct_from(letter.person_id))
    query = update(OutboxRow).where(*mine, *only_if).values(**values)
    session.execute(query, execution_options=PLAINLY)


def release(session: Session, holders: Collection[int] | None = None) -> int:
    """What dead processes were sending waits again: these, or at the start of the only one whatever it is; how many."""
    query = update(OutboxRow).where(OutboxRow.state == "sending", OutboxRow.lane < BROADCAST)
    if holders is not None:
        query = query.where(OutboxRow.holder.in_(holders))
    query = query.values(state="waiting", lease_until=None)
    return len(session.execute(query.returning(OutboxRow.id)).all())


def drop_for(session: Session, person_id: int) -> None:
    """The person has blocked the bot: nothing waits for them any more."""
    states = ("waiting", "sending")
    query = update(OutboxRow).where(OutboxRow.person_id == person_id, OutboxRow.state.in_(states))
    session.execute(query.values(state="dropped", sealed_say=None, error="blocked"))


def drop_reminders(session: Session, person_id: int) -> None:
    """What nobody asked for just now is not sent: reminders and messages to many that wait."""
    mine = (OutboxRow.person_id == person_id, OutboxRow.state == "waiting", OutboxRow.lane >= FOLLOW_UP)
    session.execute(update(OutboxRow).where(*mine).values(state="dropped", sealed_say=None, error="withdrawn"))


def next_moment(
    session: Session,
    busy: Iterable[bytes] = (),
    me: int | None = None,
    now: datetime | None = None,
    last: int = FOLLOW_UP,
) -> datetime | None:
    """When the earliest waiting row may go, its chat not being held; the `busy` chats will tell by themselves.

    Where neighbours (of `me`) are sending `now`, they go on with what waits. `last`: no lane after this one.
    """
    held_longer = PersonRow.not_before > OutboxRow.not_before
    may_go = case((held_longer, PersonRow.not_before), else_=OutboxRow.not_before)
    idle = OutboxRow.chat.not_in(list(busy)) & (OutboxRow.lane <= last)
    free = idle if me is None else idle & neighbours.NOBODY_ELSE_SENDS_THERE
    waits = select(func.min(may_go)).select_from(OutboxRow).outerjoin(PersonRow, PersonRow.id == OutboxRow.person_id)
    held = session.scalar(waits.where(OutboxRow.state == "waiting", free), {"me": me, "now": now})
    leased = session.scalar(select(func.min(OutboxRow.lease_until)).where(OutboxRow.state == "sending", idle))
    return min((moment for moment in (held, leased) if moment is not None), default=None)


def waiting(session: Session) -> int:
    """How many rows Telegram has not been given yet."""
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(("waiting", "sending")))
    return session.scalar(query) or 0


def tidy(session: Session, now: datetime) -> None:
    """Forget updates and letters that can no longer matter."""
    session.query(UpdateRow).where(UpdateRow.at < now - KEPT).delete()
    done = OutboxRow.state.in_(("sent", "dropped"))
    mine = OutboxRow.broadcast_id.is_(None)  # storage/broadcasts.py keeps its own for the report
    session.query(OutboxRow).where(mine, done, OutboxRow.created_at < now - KEPT).delete()
