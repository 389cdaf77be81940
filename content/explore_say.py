"""A life told as a person would tell it: "somebody who begins with FU-PRESSURE and on day 3 stays silent …"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from content import explore_doctor, prove_say
from content.episode import Due
from content.explore_life import Passage
from content.hours import DAY
from content.pack import Pack

SAID = {
    "stop": "stops the reminders",
    "leave": "puts the check-in aside",
    "snooze": "puts the check-in off",
    "replaced": "begins anew",
    "drop": "cancels a planned check-in",
    "move": "moves a planned check-in",
}


def plan(path: Sequence[Passage]) -> str:
    """The plan that the last step belongs to."""
    last = path[-1]
    return last.before.episode.plan or last.after.episode.plan or ""


def someone(pack: Pack, path: Sequence[Passage]) -> str:
    """Who shows it: where they began, and what they did on which day."""
    first = path[0].after.episode
    told = [f"on day {on} {_did(pack, each)}" for each, on in zip(path[1:], _days(path), strict=True)]
    return f"somebody at {first.level} with {first.plan}" + "".join(f", who {each}" for each in told)


def _days(path: Sequence[Passage]) -> Iterator[int]:
    """The day of each step after the first. Lives may have been moved in time between two steps, never within one."""
    since = timedelta()
    for before, each in pairwise(path):
        since += explore_doctor.skipped(before.after, each.before) + each.happening.now - each.before.now
        yield since.days


def days(wait: timedelta) -> str:
    """A wait in days."""
    return "never" if wait == explore_doctor.FOR_EVER else f"{wait / DAY:.1f} days"


def _did(pack: Pack, passage: Passage) -> str:
    happening = passage.happening
    reply = happening.reply
    if reply is not None:
        said = prove_say.someone(pack, reply.given).removeprefix("someone who ")
        return said if reply.press else f"{said}, but does not send it"
    if isinstance(happening.event, Due):
        return f"{'hears late' if happening.late else 'hears'} of {happening.event.key}"
    return SAID[happening.kind]
