"""What a chat shows of what was owed to it: what is missing, what came twice and when, what came out of turn.

Telegram knows no key that would make a message come once: after a kill, the one that was under way may come again. It
comes right after itself, because a chat has one message under way at a time; anything else is wrong order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from simulator.telegram import SimMessage


@dataclass(frozen=True, slots=True)
class Seen:
    """`doubled`: the moments of the second, third... copies. `told`: what came, a figure each, to look at."""

    lost: int
    doubled: tuple[datetime, ...]
    out_of_turn: int
    told: str = ""


def in_turns(messages: Sequence[SimMessage], words: Sequence[str], owed: int) -> Seen:
    """Messages that say `words`, one after the other, again and again: `owed` rounds of them.

    The first of the words that a message holds says which it is.
    """
    told = [(which, each.at) for each in messages if (which := _which(each.text, words)) is not None]
    again = tuple(at for (before, _), (which, at) in pairwise(told) if before == which)
    once = [which for place, (which, _) in enumerate(told) if not place or told[place - 1][0] != which]
    lost = sum(max(owed - once.count(each), 0) for each in range(len(words)))
    wrong = sum(which != place % len(words) for place, which in enumerate(once)) if not lost else 0
    shown = "".join(str(which) for which, _ in told)
    return Seen(lost, again, int(wrong > 0) + max(len(once) - owed * len(words), 0), shown)


def _which(text: str, words: Sequence[str]) -> int | None:
    return next((number for number, each in enumerate(words) if each in text), None)


@dataclass(frozen=True, slots=True)
class Moment:
    """A message is owed then. It was decided at `set_at`, when the one before was settled."""

    set_at: datetime
    due_at: datetime


def at_moments(told: Sequence[datetime], moments: Sequence[Moment]) -> Seen:
    """A message for each moment, at it or later; what comes between its being set and it is early."""
    ends = [*(each.set_at for each in moments[1:]), datetime.max.replace(tzinfo=UTC)] if moments else []
    lost, early, doubled = 0, sum(not moments or at < moments[0].set_at for at in told), list[datetime]()
    for moment, end in zip(moments, ends, strict=True):
        mine = [at for at in told if moment.due_at <= at < end]
        early += sum(moment.set_at <= at < moment.due_at for at in told)
        lost += not mine
        doubled += mine[1:]
    return Seen(lost, tuple(doubled), early)


def per_kill(doubled: Sequence[datetime], kills: Sequence[datetime]) -> dict[int, int]:
    """How often it came again after which kill, in one chat: the last kill before it; -1 before any."""
    found = dict[int, int]()
    for at in doubled:
        kill = sum(moment <= at for moment in kills) - 1
        found[kill] = found.get(kill, 0) + 1
    return found
