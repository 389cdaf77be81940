"""A life told as a person would tell it: "somebody who begins with FU-PRESSURE and on day 3 stays silent …"."""

from __future__ import annotations

from collections.abc import Sequence

from content import prove_say
from content.episode import Due
from content.explore_life import Passage
from content.pack import Pack

SAID = {
    "stop": "stops the reminders",
    "leave": "puts the check-in aside",
    "snooze": "puts the check-in off",
}


def plan(path: Sequence[Passage]) -> str:
    """The plan that the last step belongs to."""
    last = path[-1]
    return last.before.episode.plan or last.after.episode.plan or ""


def someone(pack: Pack, path: Sequence[Passage]) -> str:
    """Who shows it: where they began, and what they did on which day."""
    first = path[0].after.episode
    began = path[0].happening.now
    told = [f"on day {(each.happening.now - began).days} {_did(pack, each)}" for each in path[1:]]
    return f"somebody at {first.level} with {first.plan}" + "".join(f", who {each}" for each in told)


def _did(pack: Pack, passage: Passage) -> str:
    happening = passage.happening
    reply = happening.reply
    if reply is not None:
        said = prove_say.someone(pack, reply.given).removeprefix("someone who ")
        return said if reply.option else f"{said}, but does not send it"
    if isinstance(happening.event, Due):
        return f"{'hears late' if happening.late else 'hears'} of {happening.event.key}"
    return SAID[happening.kind]
