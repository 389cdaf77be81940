"""One moment of a followed episode, everything that may happen next, and what follows by the real `decide`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content import buttons, moving, putting_off, telling
from content.decide import decide
from content.episode import (
    ICE,
    NOTHING,
    TRIAGE,
    Decision,
    Dropped,
    Due,
    Episode,
    Event,
    FollowUp,
    Left,
    Moved,
    Pressed,
    Replaced,
    Shift,
)
from content.explore_looks import Looks
from content.explore_reply import Reply
from content.hours import DAY
from content.pack import Pack

MINUTE = timedelta(minutes=1)
DAY_ZERO = date(2026, 11, 23)
NINE = time(9)
MIDDLING = 5
BY_DAY = (time(8), time(18))


@dataclass(frozen=True, slots=True)
class Life:
    """The episode, what is planned (in its order), and the time. `slips`: how often something may still come late.

    `asked` are the check-ins asked on this local day since the plan began; `repeats` the repeats of this local day.
    """

    episode: Episode
    agenda: tuple[FollowUp, ...]
    now: datetime
    slips: int = 0
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
    after = replace(
        life,
        episode=decision.episode,
        agenda=tuple(sorted(agenda.values(), key=lambda each: (each.due_at, each.key))),
        now=happening.now,
        slips=life.slips - happening.late,
    )
    return Passage(life, happening, decision, _counted(life, after, decision, key))


def _cancelled(decision: Decision, key: str) -> bool:
    return any(each in {"*", key} or (each.endswith("/") and key.startswith(each)) for each in decision.cancel)


def _counted(before: Life, after: Life, decision: Decision, key: str | None) -> Life:
    asked, repeats = (before.asked, before.repeats) if day(after) == day(before) else ((), 0)
    if before.episode.planned_from != after.episode.planned_from:
        asked = ()
    if key is not None and any(say.kind == "question" for say in decision.says):
        repeats += key.endswith("/again")
        asked = asked if key.count("/") > 1 else (*asked, key)
    return replace(after, asked=asked, repeats=repeats)


def day(life: Life) -> date:
    """The day on the person's own clock."""
    return life.now.astimezone(ZoneInfo(life.episode.zone)).date()


# --- what may happen --------------------------------------------------------------------------------------------------


def happenings(pack: Pack, life: Life, replies: Iterable[Reply]) -> Iterator[Happening]:
    """Everything that may happen next: answers, leaving, a snooze, silence, each now or late."""
    if life.open:
        yield from _answers(life, replies, life.now, late=False)
        if life.slips and life.agenda:
            yield from _answers(life, replies, max(life.now, life.agenda[0].due_at), late=True)
            yield from _snoozes(pack, life)
        yield Happening("stop", Pressed(life.episode.turn, buttons.STOP), life.episode, life.now)
        yield Happening("leave", Left(), life.episode, life.now)
        yield Happening("replaced", Replaced(), life.episode, life.now)
    if life.agenda:
        yield from _silence(life, life.episode)
    if life.slips:
        yield from _wishes(pack, life)


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
        card, kind = reply.on(life.episode), "danger" if reply.dangers else "answer"
        if reply.press is not None:
            yield Happening(kind, Pressed(card.turn, reply.press), card, now, reply, late)
        elif not card.ticked:
            yield Happening(kind, Pressed(card.turn, buttons.STOP), card, now, reply)
        elif life.agenda:
            yield from _silence(life, card, reply)


def _wishes(pack: Pack, life: Life) -> Iterator[Happening]:
    """A planned check-in is cancelled, or moved as far as it may be."""
    for each in life.agenda:
        if each.key.count("/") != 1 or moving.is_round(each.key):
            continue
        yield Happening("drop", Dropped(each), life.episode, life.now, late=True)
        for to in list(moving.choices(pack, life.episode, each, life.now))[-1:]:
            yield Happening("move", Moved(each, to), life.episode, life.now, late=True)


def _snoozes(pack: Pack, life: Life) -> Iterator[Happening]:
    """Put off, for the shortest and for the longest time that is offered."""
    offered = list(putting_off.choices(pack, life.episode, life.now))
    for until in dict.fromkeys((offered[0], offered[-1])):
        event = Pressed(life.episode.turn, buttons.write(buttons.LATER, until))
        yield Happening("snooze", event, life.episode, life.now, late=True)


# --- lives that are alike ---------------------------------------------------------------------------------------------


def settled(pack: Pack, life: Life) -> Life:
    """The same life with all that no longer matters left out: the idle time until the next follow-up, and the date.

    Where the clocks are never changed a day is like any other: the life is moved so that its plan began on day zero.
    A plan that begins by day is moved to nine o'clock: none of its short waits reaches into the night. The score that
    later ones are compared with becomes a middling one: it may rise and fall, and only by how much is looked at.
    """
    idle = life.agenda and life.episode.form == NOTHING
    woken = replace(life, now=max(life.now, life.agenda[0].due_at)) if idle else life
    if woken is not life and day(woken) != day(life):
        woken = replace(woken, asked=(), repeats=0)
    base = None if life.episode.base is None else MIDDLING
    kept = replace(woken.episode, history=(), iced_at=(), turn=0, base=base, last_check=_last_check(woken))
    return _moved(pack, replace(woken, episode=kept), _to_day_zero(life))


def _last_check(life: Life) -> str | None:
    """The last check-in, as long as its repeat or its end may come back to it."""
    last = life.episode.last_check
    return last if any(each.key.startswith(f"{last}/") for each in life.agenda) else None


def _to_day_zero(life: Life) -> timedelta:
    start = life.episode.planned_from
    if start is None or life.episode.zone != "UTC":
        return timedelta()
    if start == life.now and BY_DAY[0] <= start.time() < BY_DAY[1]:
        return datetime.combine(DAY_ZERO, NINE, UTC) - start
    return DAY_ZERO - start.date()


def _moved(pack: Pack, life: Life, by: timedelta) -> Life:
    start = life.episode.planned_from
    if not by or start is None:
        return life
    episode = replace(life.episode, planned_from=start + by, moved=tuple(_shifted(life.episode.moved, by)))
    moved = (replace(each, due_at=each.due_at + by, expires_at=each.expires_at + by) for each in life.agenda)
    # What keeps its hour, whenever the plan began, is planned afresh.
    again = {} if not by % DAY else {each.key: each for each in telling.plan_again(pack, episode)}
    agenda = tuple(again.get(each.key, each) for each in moved)
    return replace(life, episode=episode, agenda=agenda, now=life.now + by)


def _shifted(moved: Iterable[Shift], by: timedelta) -> Iterator[Shift]:
    for each in moved:
        own, due, ends = each.own_due_at + by, each.due_at + by, each.expires_at + by
        yield Shift(each.key, own, due, ends)


def alike(looks: Looks, life: Life) -> object:
    """Two lives with the same of this have the same future; both are `settled`."""
    episode = life.episode
    return (
        (episode.zone, episode.state, episode.form, episode.level, episode.plan, episode.planned_from),
        (episode.base, episode.repeated, "" if episode.form else episode.last_check, looks.sight(episode)),
        (life.now, life.agenda, life.slips, life.asked, life.repeats),
        (episode.dropped, episode.moved),
    )
