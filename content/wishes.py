"""What the person wished for the check-ins of a plan: some cancelled, some at another time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from content.episode import Episode, FollowUp


def granted(episode: Episode, planned: Iterable[FollowUp]) -> tuple[FollowUp, ...]:
    """These check-ins as the person wants them: without the cancelled ones, the moved ones at their new time."""
    return tuple(moved(episode, each) for each in planned if each.key not in episode.dropped)


def moved(episode: Episode, planned: FollowUp) -> FollowUp:
    """This check-in at the time that the person chose, if they chose one."""
    shift = next((each for each in episode.moved if each.key == planned.key), None)
    return replace(planned, due_at=shift.due_at, expires_at=shift.expires_at) if shift else planned


def anew(episode: Episode) -> Episode:
    """A plan begins: what was wished for the one before is over with it."""
    return replace(episode, dropped=(), moved=(), held=None)
