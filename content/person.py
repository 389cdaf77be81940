"""The person around the episodes: first meeting, zone, age, consent, and what each command answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from content import places
from content.episode import Json, Say
from content.hours import USUAL, Hours, Quiet

# The text that people agree to: `consent.*` in content/locales. Whoever agreed to an earlier one is asked again, and
# shown `consent.new`, which says what has changed.
CONSENT_VERSION = "1"
Setup = Literal["hello", "clock", "place", "age", "consent", "refused", "ready"]
Step = Setup | Literal["renew"]
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
    def has_agreed(self) -> bool:
        """Has said yes to this text or an earlier one, and we know when their night is."""
        return self.setup == "ready" and self.zone is not None and self.consent_version is not None

    @property
    def is_ready(self) -> bool:
        """Has said yes to the text as it is now: something new may be asked."""
        return self.has_agreed and not self.must_renew

    @property
    def must_renew(self) -> bool:
        """Has said yes to an earlier text. What was begun under it goes on; nothing new begins."""
        return self.has_agreed and _number(self.consent_version) < _number(CONSENT_VERSION)

    @property
    def step(self) -> Step:
        """Where the person is in the meeting."""
        return "renew" if self.must_renew else self.setup


@dataclass(frozen=True, slots=True)
class Met:
    """What follows from a step of the first meeting.

    `consented`: the person has just said yes. `refused`: they have just taken an earlier yes back.
    """

    person: Person
    says: tuple[Say, ...] = ()
    consented: bool = False
    refused: bool = False
    stale: bool = False


def setup_say(person: Person, now: datetime, *, new: bool = False) -> Say:
    """The open card of the first meeting; `now` because clocks are shown."""
    values: dict[str, Json] = {"setup": person.step, "turn": person.turn, "now": now.isoformat()}
    if person.step in {"consent", "renew"}:
        values["minor"] = bool(person.minor)
    if person.setup == "place":
        values["offset_min"] = person.offset_min
    return Say("setup", values, where="new" if new else "edit", card=True)


def greeted(person: Person, now: datetime, *, for_check: bool = False) -> Met:
    """Before the person is ready: the card where they are, as a new message; old buttons lose their force.

    Whoever said no begins again; if they ask for a check, and their clock and age are known, with the consent itself.
    """
    again: Setup = person.setup
    if again == "refused":
        knows = for_check and person.zone is not None and person.minor is not None
        again = "consent" if knows else "hello"
    if again == "place" and person.offset_min is None:
        again = "clock"
    shown = replace(person, setup=again, turn=person.turn + 1)
    return Met(shown, (setup_say(shown, now, new=True),))


def pressed(person: Person, turn: int, name: str, value: str, now: datetime) -> Met:
    """A press on the card of the first meeting."""
    if turn != person.turn or person.step == "ready":
        return Met(person, stale=True)
    moved = _step(person, name, value)
    if moved is None:
        return Met(person, stale=True)
    moved = replace(moved, turn=person.turn + 1)
    if moved.setup == "ready":
        return Met(moved, (Say("agreed", {"minor": bool(moved.minor)}, where="edit"),), consented=True)
    if person.must_renew:
        return Met(moved, refused=True)
    return Met(moved, (setup_say(moved, now),))


def withdrawn(person: Person) -> Person:
    """The yes is taken back. What is known of their clock stays, so that a new yes is one press away."""
    return replace(person, setup="refused", consent_version=None, turn=person.turn + 1)


def _step(person: Person, name: str, value: str) -> Person | None:
    match person.step, name, value:
        case "hello", "go", _:
            return replace(person, setup="clock")
        case (("clock" | "place"), "clock", _) if places.is_offset(value):
            return replace(person, setup="place", offset_min=int(value))
        case "place", "back", _:
            return replace(person, setup="clock", offset_min=None)
        case "place", "place", _ if places.is_zone(value):
            return replace(person, setup="age", zone=value)
        case "age", "age", ("16" | "u16"):
            return replace(person, setup="consent", minor=value == "u16")
        case (("consent" | "renew"), "consent", "yes"):
            return replace(person, setup="ready", consent_version=CONSENT_VERSION)
        case (("consent" | "renew"), "consent", "no"):
            return replace(person, setup="refused", consent_version=None)
        case "refused", "go", _:
            return replace(person, setup="consent")
        case _:
            return None


def _number(version: str | None) -> int:
    return int(version or 0)
