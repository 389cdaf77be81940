"""Write a decision down: the episode, its follow-ups, and what is to be said, all in the transaction of its turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.asking import question_say
from content.decide import decide
from content.episode import ClockChanged, Decision, Episode, Event, Json, Replaced, Say
from content.pack import Pack
from storage import drafts, episodes, follow_ups, outbox, people
from storage.drafts import Draft
from storage.packs import Packs
from storage.tables import EpisodeRow, PersonRow

TAP_LIVES = timedelta(seconds=150)


@dataclass(frozen=True, slots=True)
class Reply:
    """Where what is said goes: which lane, and the pressed message and its callback when a press asked for it.

    `not_before`: it waits until then, if it is no answer to a press.
    """

    lane: int
    message_id: int | None = None
    callback_id: str | None = None
    has_buttons: bool = True
    not_before: datetime | None = None

    def post(
        self,
        session: Session,
        person: PersonRow,
        says: Iterable[Say],
        now: datetime,
        episode: EpisodeRow | None = None,
        *,
        dedupe: str | None = None,
    ) -> None:
        """Put what is said into the outbox. A press gets exactly one answer, with the toast if there is one.

        `dedupe`: new messages of one kind that carry it are said once, however often this is called.
        """
        told = list(says)
        toast = next((say for say in told if say.where == "toast"), None)
        rings = any(say.where == "new" for say in told)
        found = [] if self.callback_id is None else [self._answer(person, toast, now)]
        for say in told:
            if say.where != "toast":
                found += self._tell(person, say, episode, dedupe, rings=rings)
        drafts.add(session, found, now)

    def _answer(self, person: PersonRow, toast: Say | None, now: datetime) -> Draft:
        return Draft(
            person=person,
            lane=outbox.URGENT,
            kind="answer",
            say=write(toast) if toast else None,
            callback_id=self.callback_id,
            once=f"answer:{self.callback_id}",
            expires_at=now + TAP_LIVES,
        )

    def _tell(
        self, person: PersonRow, say: Say, episode: EpisodeRow | None, dedupe: str | None, *, rings: bool
    ) -> Iterable[Draft]:
        """`rings`: something new is said as well, so that a card far above may change where it is."""
        target = self._target(say, episode)
        if say.kind == "strip":
            if target is not None and (self.has_buttons or target != self.message_id):
                yield stripped(person, target)
            return
        if say.where == "edit" and self.message_id is None and target is not None and not rings:
            yield stripped(person, target)
            target = None
        once = f"{dedupe}:{say.kind}{say.values.get('picture', '')}{say.values.get('language', '')}"
        yield Draft(
            person=person,
            episode=episode,
            lane=outbox.URGENT if say.urgent else self.lane,
            kind="send" if target is None else "edit",
            say=write(say),
            card=say.card,
            message_id=target,
            once=once if dedupe and target is None else None,
            not_before=self.not_before,
        )

    def _target(self, say: Say, episode: EpisodeRow | None) -> int | None:
        if say.where != "edit":
            return None
        return self.message_id or (episode.card_message_id if episode is not None else None)


def strip(session: Session, person: PersonRow, message_id: int, now: datetime) -> None:
    """Take the buttons off a message, once."""
    drafts.add(session, [stripped(person, message_id)], now)


def stripped(person: PersonRow, message_id: int) -> Draft:
    """The same, to be put in."""
    once = f"strip:{person.id}:{message_id}"
    return Draft(person=person, lane=outbox.REPLY, kind="strip", message_id=message_id, once=once)


def happen(
    session: Session, packs: Packs, person: PersonRow, row: EpisodeRow, event: Event, reply: Reply, now: datetime
) -> None:
    """One event in one episode: remembered, decided, and everything that follows recorded."""
    pack = packs.load(session, row.pack_id)
    episode = _on_their_clock(session, pack, person, row, now)
    episodes.remember(session, row.id, event, now)
    record(session, packs, person, row, decide(pack, episode, event, now), reply, now)


def _on_their_clock(session: Session, pack: Pack, person: PersonRow, row: EpisodeRow, now: datetime) -> Episode:
    """The episode as it is; one that was closed when the person's clock changed learns of it here."""
    episode, hours = episodes.read(row.data), people.read(person).hours
    if (episode.zone, episode.quiet) == (hours.zone, hours.quiet):
        return episode
    moved = ClockChanged(hours.zone, hours.quiet)
    episodes.remember(session, row.id, moved, now)
    return decide(pack, episode, moved, now).episode


def record(
    session: Session, packs: Packs, person: PersonRow, row: EpisodeRow, decision: Decision, reply: Reply, now: datetime
) -> None:
    """Everything that follows from one event, in one go."""
    if row.trial:
        _record_trial(session, packs, person, row, decision, reply, now)
        return
    before, after = row.state, decision.episode
    episodes.save(row, after, now)
    follow_ups.cancel(session, row.id, decision.cancel)
    follow_ups.plan(session, row, decision.plan)
    follow_ups.answered(session, row.id, decision.answered)
    pack = packs.load(session, row.pack_id)
    if before == "asking" and after.state == "following":
        _supersede(session, pack, row, after, now)
    _say(session, pack, person, row, decision, reply, now)


def _record_trial(
    session: Session, packs: Packs, person: PersonRow, row: EpisodeRow, decision: Decision, reply: Reply, now: datetime
) -> None:
    """Nothing is planned and no check of the person's own is touched; when it would ask again is only said."""
    episodes.save(row, decision.episode, now)
    moments: list[Json] = [
        [each.key, each.due_at.isoformat()] for each in decision.plan if follow_ups.is_check_in(each.key)
    ]
    says = (*decision.says, Say("trial_plan", {"moments": moments})) if moments else decision.says
    _say(session, packs.load(session, row.pack_id), person, row, replace(decision, says=says), reply, now)


def _say(
    session: Session, pack: Pack, person: PersonRow, row: EpisodeRow, decision: Decision, reply: Reply, now: datetime
) -> None:
    if decision.stale:
        _show_again(session, pack, person, row, decision.episode, reply, now)
    else:
        reply.post(session, person, decision.says, now, row, dedupe=_once(row, reply, decision.episode, now))


def _once(row: EpisodeRow, reply: Reply, episode: Episode, now: datetime) -> str | None:
    """A double tap says a new message once; a minute later the same button may say it again."""
    if reply.callback_id is None:
        return None
    return f"shown:{row.id}:{reply.message_id}:{episode.turn}:{int(now.timestamp()) // 60}"


def _supersede(session: Session, pack: Pack, row: EpisodeRow, episode: Episode, now: datetime) -> None:
    """A new outcome ends older episodes that are not more urgent: two sets of check-ins would only confuse."""
    for other in episodes.running(session, row.person_id):
        older = episodes.read(other.data)
        if other.id == row.id or older.level is None or older.level not in pack.levels or episode.level is None:
            continue
        if pack.levels[episode.level].rank <= pack.levels[older.level].rank:
            replaced = decide(pack, older, Replaced(), now)
            episodes.remember(session, other.id, Replaced(), now)
            episodes.save(other, replaced.episode, now)
            follow_ups.cancel(session, other.id, replaced.cancel)


def _show_again(
    session: Session, pack: Pack, person: PersonRow, row: EpisodeRow, episode: Episode, reply: Reply, now: datetime
) -> None:
    """An old button is a guest: a word, and the question where the person really is."""
    told = [Say("moved_on", where="toast")]
    on_card = reply.message_id == row.card_message_id
    if episode.question is not None and row.card_message_id is not None:
        told.append(question_say(pack, episode, new=not on_card))
    if not on_card and reply.message_id is not None and reply.has_buttons:
        strip(session, person, reply.message_id, now)
    reply.post(session, person, told, now, row, dedupe=_once(row, reply, episode, now))


def write(say: Say) -> dict[str, object]:
    """A say as it lies in the outbox."""
    return {"kind": say.kind, "values": dict(say.values)}
