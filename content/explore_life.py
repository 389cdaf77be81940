"""One moment of a followed episode, everything that may happen next, and what follows by the real `decide`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content import buttons, explore_looks, explore_reply, flow
from content.decide import decide
from content.episode import ICE, NOTHING, TRIAGE, Decision, Due, Episode, Event, FollowUp, Left, Pressed
from content.explore_reply import Reply
from content.pack import Pack

MINUTE = timedelta(minutes=1)
SNOOZES = ("60", "morning")


@dataclass(frozen=True, slots=True)
class Life:
    """The episode, what is planned (in its order), and the time. `slips`: how often something may still come late.

    `asked` are the check-ins asked on this local day since the plan began; `repeats` the repeats of this local day.
    """

    episode: Episode
    agenda: tuple[FollowUp, ...]
    now: datetime
    slips: int = 1
    day: str = ""
    asked: tuple[str, ...] = ()
    repeats: int = 0

    @property
    def open(self) -> bool:
        """A check-in waits for its answer."""
        return self.episode.form not in {NOTHING, TRIAGE, ICE} and self.episode.question is not None


@dataclass(frozen=True, slots=True)
class Happening:
    """What may happen: who acts, the event, the episode it meets (a filled-in card), and the time."""

    kind: str
    event: Event
    card: Episode
    now: datetime
    reply: Reply | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of a life: what happened, what was decided, and the life before and after."""

    before: Life
    happening: Happening
    decision: Decision
    after: Life


def passed(pack: Pack, life: Life, happening: Happening) -> Passage:
    """What follows, by the real `decide`; the follow-ups kept as the tables would keep them."""
    decision = decide(pack, happening.card, happening.event, happening.now)
    key = happening.event.key if isinstance(happening.event, Due) else None
    kept = {each.key: each for each in life.agenda if each.key != key and not _cancelled(decision, each.key)}
    agenda = kept | {each.key: each for each in decision.plan}
    after = Life(
        decision.episode,
        tuple(sorted(agenda.values(), key=lambda each: (each.due_at, each.key))),
        happening.now,
        life.slips - happening.late,
    )
    return Passage(life, happening, decision, _counted(life, after, decision, key))


def _cancelled(decision: Decision, key: str) -> bool:
    return any(each in {"*", key} or (each.endswith("/") and key.startswith(each)) for each in decision.cancel)


def _counted(before: Life, after: Life, decision: Decision, key: str | None) -> Life:
    day = after.now.astimezone(ZoneInfo(after.episode.zone)).date().isoformat()
    same = day == before.day
    asked, repeats = (before.asked, before.repeats) if same else ((), 0)
    if before.episode.planned_from != after.episode.planned_from:
        asked = ()
    if key is not None and any(say.kind == "question" for say in decision.says):
        repeats += key.endswith("/again")
        asked = asked if key.count("/") > 1 else (*asked, key)
    return replace(after, day=day, asked=asked, repeats=repeats)


def happenings(pack: Pack, life: Life, replies: Iterable[Reply]) -> Iterator[Happening]:
    """Everything that may happen next: answers, leaving, a snooze, silence, each now or late."""
    if life.open:
        yield from _answers(life, replies, life.now, late=False)
        if life.slips and life.agenda:
            yield from _answers(life, replies, max(life.now, life.agenda[0].due_at), late=True)
            yield from _snoozes(life)
        yield Happening("stop", Pressed(life.episode.turn, buttons.STOP), life.episode, life.now)
        yield Happening("leave", Left(), life.episode, life.now)
    if life.agenda:
        yield from _silence(life, life.episode)


def _silence(life: Life, card: Episode, reply: Reply | None = None) -> Iterator[Happening]:
    first = life.agenda[0]
    event, kind = Due(first.key, first.expires_at), "danger" if reply else "time"
    yield Happening(kind, event, card, max(life.now, first.due_at), reply)
    if life.slips and reply is None:
        yield Happening(kind, event, card, max(life.now, first.expires_at + MINUTE), late=True)


def _answers(life: Life, replies: Iterable[Reply], now: datetime, *, late: bool) -> Iterator[Happening]:
    for reply in replies:
        if reply.dangers and late:
            continue
        kind = "danger" if reply.dangers else "answer"
        if reply.option is not None:
            yield Happening(kind, Pressed(reply.card.turn, reply.option), reply.card, now, reply, late)
            continue
        if not reply.card.ticked:
            yield Happening(kind, Pressed(reply.card.turn, buttons.STOP), reply.card, now, reply)
        elif life.agenda:
            yield from _silence(life, reply.card, reply)


def _snoozes(life: Life) -> Iterator[Happening]:
    for until in SNOOZES:
        event = Pressed(life.episode.turn, buttons.write(buttons.LATER, until))
        yield Happening("snooze", event, life.episode, life.now, late=True)


def dangers_seen(pack: Pack, life: Life) -> object:
    """What a red flag's consequences hang on: where it is ticked, at which level, with which answers."""
    return life.episode.form, life.episode.level, answers_that_count(pack, life.episode)


def answers_that_count(pack: Pack, episode: Episode) -> frozenset[tuple[str, frozenset[str]]]:
    """The triage's answers that a follow-up looks at. Its gates it asks afresh, and a level told stays."""
    kept = explore_looks.looked_at(pack)
    return frozenset((name, ticked) for name, ticked in episode.answers.items() if name in kept)


def alike(pack: Pack, life: Life) -> object:
    """Two lives with the same of this have the same future."""
    episode, now = life.episode, life.now
    alone = pack.levels[episode.level or pack.mildest].alone
    planned = tuple((each.key, each.due_at - now, each.expires_at - now, each.urgent) for each in life.agenda)
    clock: object = now if episode.zone != "UTC" else now.time()
    started = now - episode.planned_from if episode.planned_from else None
    lines = flow.asks(pack, replace(episode, form=f"{episode.plan}/"))
    return (
        (episode.state, episode.form, episode.level, episode.plan, started, episode.base, episode.repeated),
        (() if episode.form else episode.last_check, planned, clock, life.slips, life.asked, life.repeats),
        () if alone else (answers_that_count(pack, episode), lines),
    )


def wanted_replies(pack: Pack, life: Life) -> tuple[object, ...]:
    """Two open forms with the same of this have the same replies."""
    episode = life.episode
    return (
        (episode.form, episode.level, episode.base, answers_that_count(pack, episode)),
        flow.asks(pack, episode),
        explore_reply.leading(pack),
    )
