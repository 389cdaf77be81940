"""The person around the episodes: first meeting, zone, age, consent, and what each command answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from content import places
from content.episode import Json, Say
from content.hours import USUAL, Hours, Quiet

CONSENT_VERSION = "1"
Setup = Literal["hello", "clock", "place", "age", "consent", "refused", "ready"]
SETUPS: tuple[Setup, ...] = ("hello", "clock", "place", "age", "consent", "refused", "ready")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom we talk to. `zone` is an IANA name; `country` overrides the one that the zone suggests."""

    language: str
    zone: str | None = None
    country: str | None = None
    minor: bool | None = None
    setup: Setup = "hello"
    turn: int = 1
    consent_version: str | None = None
    offset_min: int | None = None
    quiet: Quiet = USUAL

    @property
    def hours(self) -> Hours:
        """Their clock now."""
        return Hours(self.zone or "UTC", self.quiet)

    @property
    def is_ready(self) -> bool:
        """Has said yes, and we know when their night is."""
        return self.setup == "ready" and self.zone is not None and self.consent_version is not None


@dataclass(frozen=True, slots=True)
class Met:
    """What follows from a step of the first meeting. `consented`: the person has just agreed."""

    person: Person
    says: tuple[Say, ...] = ()
    consented: bool = False
    stale: bool = False


def setup_say(person: Person, now: datetime, *, new: bool = False) -> Say:
    """The open card of the first meeting; `now` because clocks are shown."""
    values: dict[str, Json] = {"setup": person.setup, "turn": person.turn, "now": now.isoformat()}
    if person.setup == "place":
        values["offset_min"] = person.offset_min
    return Say("setup", values, where="new" if new else "edit", card=True)


def greeted(person: Person, now: datetime) -> Met:
    """/start before the person is ready: the card where they are, as a new message; old buttons lose their force."""
    again: Setup = "hello" if person.setup == "refused" else person.setup
    if again == "place" and person.offset_min is None:
        again = "clock"
    shown = replace(person, setup=again, turn=person.turn + 1)
    return Met(shown, (setup_say(shown, now, new=True),))


def pressed(person: Person, turn: int, name: str, value: str, now: datetime) -> Met:
    """A press on the card of the first meeting."""
    if turn != person.turn or person.setup == "ready":
        return Met(person, stale=True)
    moved = _step(person, name, value)
    if moved is None:
        return Met(person, stale=True)
    moved = replace(moved, turn=person.turn + 1)
    if moved.setup == "ready":
        return Met(moved, (Say("agreed", {"minor": bool(moved.minor)}, where="edit"),), consented=True)
    return Met(moved, (setup_say(moved, now),))


def _step(person: Person, name: str, value: str) -> Person | None:
    match person.setup, name, value:
        case "hello", "go", _:
            return replace(person, setup="clock")
        case (("clock" | "place"), "clock", _) if _is_offset(value):
            return replace(person, setup="place", offset_min=int(value))
        case "place", "back", _:
            return replace(person, setup="clock", offset_min=None)
        case "place", "place", _ if places.is_zone(value):
            return replace(person, setup="age", zone=value)
        case "age", "age", ("16" | "u16"):
            return replace(person, setup="consent", minor=value == "u16")
        case "consent", "consent", "yes":
            return replace(person, setup="ready", consent_version=CONSENT_VERSION)
        case "consent", "consent", "no":
            return replace(person, setup="refused")
        case "refused", "go", _:
            return replace(person, setup="consent")
        case _:
            return None


def _is_offset(value: str) -> bool:
    return value.lstrip("-").isdigit() and abs(int(value)) <= 15 * 60
