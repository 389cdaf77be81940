"""Pictures of figures, each with a caption that says the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from handlers.charts import Bar, Chart, Part
from handlers.screens import Draw, Screen, Stage, Values, bold, bullets, join, plain, units
from handlers.voice import Voice
from storage.responses import WORDS, silent_between
from storage.stats import UNKNOWN
from storage.suppression import Cell

CAPTION_UNITS = 1024
MOST_CAUSES, MOST_STEPS = 8, 12
PUBLISHED_PCT = (82, 92)
MOST_PCT = 118
WAY = ("came", "agreed", "started", "finished")


def people(stage: Stage, values: Values) -> Screen:
    """The way to a result and the levels in their order; causes and where people stopped, the most frequent first."""
    voice, name = stage.voice, values["chart"]
    listed = sorted(values["cells"].items(), key=lambda pair: WAY.index(pair[0]) if name == "way" else pair[0])
    if name in {"causes", "stops"}:
        listed = sorted(listed, key=lambda pair: (-_length(pair[1]), pair[0]))[:MOST_CAUSES]
    bars = tuple(Bar(_named(voice, name, each), (_part(cell),)) for each, cell in listed)
    told = [f"{_named(voice, name, each)}: {cell}" for each, cell in listed]
    return _screen(stage, Chart(_title(voice, name, values["days"]), bars), told)


def follow_ups(stage: Stage, values: Values) -> Screen:
    """Answered, how it was, or made more urgent: by check-in, in the order of their days."""
    match values["chart"]:
        case "answered":
            return _answered(stage, values)
        case "escalated":
            return _escalated(stage, values)
        case _:
            return _verdicts(stage, values)


def _answered(stage: Stage, values: Values) -> Screen:
    voice, bars, told = stage.voice, list[Bar](), list[str]()
    for step in _in_order(voice, _asked_most(values)):
        share = _share(values["asked"][step], values["steps"][step])
        if share is None:
            continue
        label = f"{voice.step(f'any/{step}')}: {share[1]}"
        bars.append(Bar(label, (Part(share[0]),)))
        told.append(voice.ui("admin.told.answered", step=label, asked=values["asked"][step]))
    after = plain(voice.ui("admin.told.published"))
    chart = Chart(_title(voice, "answered", values["days"]), tuple(bars), marks=PUBLISHED_PCT, most=MOST_PCT)
    return _screen(stage, chart, told, after)


def _asked_most(values: Values) -> list[str]:
    """The steps that a phone has room for: those asked most often."""
    return sorted(values["steps"], key=lambda step: -_length(values["asked"][step]))[:MOST_STEPS]


def _share(asked: Cell, cells: Mapping[str, Cell]) -> tuple[int, str] | None:
    """How many of a hundred answered, and how it is written: "at least" when a few did not; None when not told."""
    fewest, most = silent_between(cells)
    if not isinstance(asked, int) or not asked or most is None:
        return None
    if fewest == most:
        exact = round(100 * (asked - most) / asked)
        return exact, f"{exact}\u00a0%"
    least = 100 * (asked - most) // asked
    return least, f"≥\u00a0{least}\u00a0%"


def _verdicts(stage: Stage, values: Values) -> Screen:
    voice, steps, plan = stage.voice, values["steps"], values["plan"]
    bars, told = list[Bar](), list[str]()
    for step in _in_order(voice, _asked_most(values)):
        cells = [steps[step][word] for word in WORDS]
        if not any(isinstance(cell, int) and cell for cell in cells):
            continue
        name = voice.step(f"any/{step}")
        bars.append(Bar(name, tuple(_part(cell, zero="") for cell in cells)))
        counted = zip(WORDS, cells, strict=True)
        told.append(f"{name}: {', '.join(voice.ui(f'admin.told.{word}', count=cell) for word, cell in counted)}")
    title = _title(voice, "verdicts", values["days"], plan)
    chart = Chart(title, tuple(bars), kinds=tuple(voice.ui(f"admin.word.{word}") for word in WORDS))
    return _screen(stage, chart, told)


def _escalated(stage: Stage, values: Values) -> Screen:
    voice, cells = stage.voice, values["escalated"]
    listed = [(voice.step(f"any/{step}"), cells[step]) for step in _in_order(voice, cells)]
    chart = Chart(_title(voice, "escalated", values["days"]), tuple(Bar(name, (_part(cell),)) for name, cell in listed))
    return _screen(stage, chart, [f"{name}: {cell}" for name, cell in listed])


def _title(voice: Voice, name: str, days: int, plan: str = "") -> str:
    of = f" ({plan})" if plan else ""
    return f"{voice.ui(f'admin.chart.{name}')}{of}\n{voice.ui(f'admin.window.{days}')}"


def _screen(stage: Stage, chart: Chart, told: Sequence[str], after: str = "") -> Screen:
    """The picture with its caption; words alone when there is nothing to draw. What is too long is left to the file."""
    voice, lines = stage.voice, list(told)
    few = plain(voice.ui("admin.few"))
    if not lines:
        return Screen(join(bold(chart.title), plain(voice.ui("admin.follow_ups.too_few"))))
    while units(text := join(bold(chart.title), bullets(lines), after, few)) > CAPTION_UNITS:
        lines.pop()
    return Screen(text, chart=None if chart.is_empty else chart)


def _part(cell: Cell, *, zero: str = "0") -> Part:
    """A hidden count has no length, only its mark."""
    return Part(cell, str(cell or zero)) if isinstance(cell, int) else Part(None, cell)


def _length(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _named(voice: Voice, chart: str, each: str) -> str:
    """What a level, a cause or a question is called, without the brackets behind it."""
    if each == UNKNOWN:
        return voice.ui("admin.unknown")
    if chart == "way":
        return voice.ui(f"admin.way.{each}")
    path = {"levels": ("levels", each, "name"), "causes": ("causes", each, "name"), "stops": ("questions", each, "ask")}
    return voice.text(*path[chart]).partition(" (")[0] or each


def _in_order(voice: Voice, steps: Iterable[str]) -> list[str]:
    """Steps as they come in time: the first language's words stand in that order."""
    words = voice.pack.words[voice.pack.languages[0]].get("steps")
    order = {step: place for place, step in enumerate(words)} if isinstance(words, dict) else {}
    return sorted(steps, key=lambda step: (order.get(step, len(order)), step))


SCREENS: dict[str, Draw] = {"admin_people_chart": people, "admin_follow_ups_chart": follow_ups}
