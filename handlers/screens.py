"""Say -> text and keyboard. Escaping and layout live here; every kind of say has one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

from content import buttons
from content.pack import Pack
from handlers.arrival import Attached
from handlers.callback import AdminPress, EpisodePress, PersonPress, encode
from handlers.charts import Chart, Timeline
from handlers.voice import Voice

TEXT_UNITS, CAPTION_UNITS = 4096, 1024
SHORT, TINY = 15, 5

Style = Literal["primary", "success", "danger"]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One inline button."""

    label: str
    data: str
    style: Style | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document about the screen's episode, drawn when it is sent. `instead`: what is said where that fails.

    A copy is about the whole person: everything kept, to read and as data.
    """

    kind: Literal["page", "json", "fhir", "copy_page", "copy_data"]
    language: str
    instead: str


@dataclass(frozen=True, slots=True)
class Below:
    """The keyboard below the input line: a button that shares the location, and one that does not. Without: gone."""

    share: str = ""
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees: HTML of Telegram's kind, and rows of buttons.

    With a `picture` (SVG), a `chart`, a `paper`, a `file` (its number in storage.files; a .png is shown as a photo) or
    something `attached` that Telegram has already, the text is under it. `below`: a new text's, which then has no rows.
    """

    text: str
    rows: tuple[tuple[Key, ...], ...] = ()
    picture: str | None = None
    file: int | None = None
    chart: Chart | Timeline | None = None
    paper: Paper | None = None
    attached: Attached | None = None
    below: Below | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the bot, as they want to be named; "" for what they have not said. Closed checks are kept so long."""

    name: str = ""
    contact: str = ""
    url: str = ""
    keeps_days: int = 90


UNNAMED = Operator()


@dataclass(frozen=True, slots=True)
class Stage:
    """What a screen is made for: a voice, the episode whose buttons it carries, and who runs the bot.

    `packs` gives the other versions by our numbers, for a screen that speaks of several checks.
    """

    voice: Voice
    episode: int | None = None
    packs: Callable[[int], Pack] | None = None
    operator: Operator = UNNAMED

    def told_in(self, pack_id: int) -> Voice:
        """The same voice with the words of this version."""
        return replace(self.voice, pack=self.packs(pack_id)) if self.packs else self.voice

    def press(self, label: str, option: str, turn: int = 0, style: Style | None = None) -> Key:
        """A button of the episode."""
        return Key(label, encode(EpisodePress(self.episode or 0, turn, option)), style)

    def own(self, key: str, name: str, value: str = "", turn: int = 0, style: Style | None = None) -> Key:
        """A button of the person's own, labelled by the bot's words."""
        return Key(self.voice.ui(key), encode(PersonPress(turn, name, value)), style)

    def admin(self, key: str, name: str, value: str = "", style: Style | None = None, **values: object) -> Key:
        """A button of an admin's card, labelled by the bot's words."""
        return Key(self.voice.ui(key, **values), encode(AdminPress(name, value)), style)

    @property
    def numbers(self) -> Key:
        return self.own("button.numbers", "numbers")


Draw = Callable[[Stage, Values], Screen]


def who_runs(voice: Voice, operator: Operator) -> str:
    """Who runs the bot and how to reach them, or that they have not said."""
    named = voice.ui("privacy.who", name=operator.name) if operator.name else voice.ui("privacy.nobody")
    return f"{named} {voice.ui('privacy.contact', contact=operator.contact)}" if operator.contact else named


def render(stage: Stage, kind: str, values: Values) -> Screen:
    """The screen of a say. Raises KeyError for a kind that nobody draws: a test finds it first."""
    from handlers.drawing import SCREENS  # noqa: PLC0415 - the drawings import this module

    screen = SCREENS[kind](stage, values)
    if values.get("outage"):
        screen = replace(screen, text=join(italic(stage.voice.ui("outage.again")), screen.text))
    return replace(screen, rows=tuple(one_by_one(screen.rows))) if stage.voice.simple else screen


def toast(voice: Voice, kind: str, values: Values) -> str:
    """The short answer to a press, at most 200 characters."""
    filled = {name: value for name, value in values.items() if name != "language"}  # that is the voice's own
    return voice.ui(f"toast.{kind}", **filled)[:200]


def bold(text: str) -> str:
    return f"<b>{escape(text, quote=False)}</b>"


def italic(text: str) -> str:
    return f"<i>{escape(text, quote=False)}</i>"


def plain(text: str) -> str:
    return escape(text, quote=False)


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"• {plain(line)}" for line in lines if line)


def section(title: str, lines: Sequence[str]) -> str:
    """A bold title over a list; nothing when there is nothing to list."""
    return f"{bold(title)}\n{bullets(lines)}" if any(lines) else ""


def join(*parts: str) -> str:
    """Paragraphs, empty ones left out."""
    return "\n\n".join(part for part in parts if part)


def fit(parts: Sequence[str]) -> str:
    """As many paragraphs as one message holds, the first ones first."""
    kept: list[str] = []
    for part in parts:
        if part and units("\n\n".join([*kept, part])) <= TEXT_UNITS - 96:
            kept.append(part)
    return "\n\n".join(kept)


def units(text: str) -> int:
    """Length as Telegram counts it, markup included (so never too short): UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def pairs(keys: Sequence[Key]) -> list[tuple[Key, ...]]:
    """Short neighbours two in a row, long ones alone: readable on a phone."""
    rows: list[tuple[Key, ...]] = []
    waiting: Key | None = None
    for key in keys:
        if waiting is not None and len(waiting.label) <= SHORT and len(key.label) <= SHORT:
            rows.append((waiting, key))
            waiting = None
            continue
        if waiting is not None:
            rows.append((waiting,))
        waiting = key
    return [*rows, (waiting,)] if waiting is not None else rows


def one_by_one(rows: Iterable[tuple[Key, ...]]) -> Iterator[tuple[Key, ...]]:
    """One button a row, so that each is easy to hit; numbers and times stay side by side."""
    for row in rows:
        if all(len(key.label) <= TINY for key in row):
            yield row
        else:
            yield from ((key,) for key in row)


def grid(keys: Sequence[Key], width: int) -> list[tuple[Key, ...]]:
    """Rows of `width` buttons."""
    return [tuple(keys[start : start + width]) for start in range(0, len(keys), width)]


def stop_row(stage: Stage, turn: int) -> tuple[Key, ...]:
    return (stage.numbers, stage.press(stage.voice.ui("button.stop"), buttons.STOP, turn))
