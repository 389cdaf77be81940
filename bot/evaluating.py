"""`stridecheck evaluate`: test cases in; figures, the confusion table and a picture out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.assessing import find_pack, pack_folder
from content.evaluate import Figures, Result, Share, UnansweredError, confusion, evaluate, figures
from content.pack import Pack
from content.published import CAUTION, PUBLISHED
from content.reading import Problems
from content.vignettes import Vignette, problem_of, read_vignettes

MEASURES = (
    ("accuracy", "triage accuracy", "exactly the gold level"),
    ("accuracy_of_three", "... of three classes", "emergency, doctor, self-care, as Semigran counts"),
    ("in_range", "within the accepted range", "a level that the case accepts"),
    ("safety", "strict safety", "the gold level or more urgent (Kopka)"),
    ("safety_by_one", "safety by one level", "at most one level less urgent (Gilbert)"),
    ("over", "inclination to over-triage", "too urgent, of all that were not exact"),
    ("comprehensiveness", "comprehensiveness", "given any advice"),
    ("named", "gold cause named", "of the cases that demand a cause"),
)
NAME_WIDTH, CELL_WIDTH = 28, 24


class BadCasesError(ValueError):
    """The test cases cannot be used; the message names every place and its cure."""


def run(pack_name: str, files: Sequence[Path]) -> tuple[Pack, dict[str, tuple[Result, ...]]]:
    """The pack and, per file, what each person is told. Without files: those that lie in the pack's folder."""
    pack = find_pack(pack_name)
    paths = list(files) or sorted(pack_folder(pack_name).glob("vignettes*.yaml"))
    if not paths:
        raise BadCasesError(f"{pack_folder(pack_name)} has no vignettes*.yaml; name a file of test cases")
    problems = Problems()
    cases = {str(path): read_vignettes(path, pack, problems) for path in paths}
    _stop_at(problems)
    results = {_short(name, cases): _evaluated(pack, each, problems) for name, each in cases.items()}
    _stop_at(problems)
    return pack, results


def _evaluated(pack: Pack, cases: tuple[Vignette, ...], problems: Problems) -> tuple[Result, ...]:
    found: list[Result] = []
    for case in cases:
        try:
            found += evaluate(pack, [case])
        except UnansweredError as error:
            problems.found.append(problem_of(case, str(error)))
    return tuple(found)


def _short(path: str, paths: Iterable[str]) -> str:
    """The file's name alone where no other file has it."""
    name = Path(path).name
    return name if [Path(each).name for each in paths].count(name) == 1 else path


def _stop_at(problems: Problems) -> None:
    if problems.found:
        raise BadCasesError("\n".join(str(each) for each in sorted(problems.found, key=lambda p: (p.file, p.line))))


def everything(results: dict[str, tuple[Result, ...]]) -> tuple[Result, ...]:
    """The results of all files together."""
    return tuple(each for listed in results.values() for each in listed)


def report(pack: Pack, results: dict[str, tuple[Result, ...]]) -> str:
    """Everything a reader wants to know, in one text."""
    every = everything(results)
    columns = {"all": every, **results} if len(results) > 1 else dict(results)
    parts = [
        f"{pack.id} {pack.version}: {len(every)} test cases from {', '.join(results)}.",
        _measures(pack, columns),
        "\n".join(["Right at each gold level:", *_by_level(pack, figures(pack, every))]),
        _confusion_text(pack, every),
        _notable(every),
        _published(),
    ]
    return "\n\n".join(parts)


def _measures(pack: Pack, columns: dict[str, tuple[Result, ...]]) -> str:
    measured = {name: figures(pack, listed) for name, listed in columns.items()}
    head = " " * NAME_WIDTH + "".join(f"{name:<{CELL_WIDTH}}" for name in measured)
    lines = [head.rstrip()]
    for field, name, meaning in MEASURES:
        cells = "".join(f"{_told(getattr(each, field)):<{CELL_WIDTH}}" for each in measured.values())
        lines.append(f"{name:<{NAME_WIDTH}}{cells}{meaning}")
    return "\n".join(lines)


def _told(share: Share) -> str:
    if share.percent is None or share.interval is None:
        return "none"
    low, high = share.interval
    return f"{share.percent:.0f}% ({low:.0f}-{high:.0f}) {share.hits}/{share.of}"


def _by_level(pack: Pack, found: Figures) -> list[str]:
    levels = [f"  {level:<14}{_told(share)}" for level, share in found.of_gold.items()]
    return levels + [f"  {name:<14}{_told(share)}" for name, share in found.of_three.items()]


def _confusion_text(pack: Pack, results: Sequence[Result]) -> str:
    table, longest = confusion(pack, results), max(map(len, pack.levels))
    wide, name = max(5, longest + 2), max(4, longest)
    head = " " * (name + 2) + "".join(f"{level:>{wide}}" for level in pack.levels)
    rows = [
        f"  {gold:<{name}}" + "".join(f"{row[level] or '.':>{wide}}" for level in pack.levels)
        for gold, row in table.items()
    ]
    lines = ["Gold level (down) and level told (across):", head, *rows]
    return "\n".join(lines)


def _notable(results: Sequence[Result]) -> str:
    groups = {
        "Less urgent than gold": [each for each in results if each.by < 0],
        "More urgent than gold": [each for each in results if each.by > 0],
        "Gold cause not named": [each for each in results if each.named is False],
    }
    lines = [f"{title}: {len(found) or 'none'}\n" + "\n".join(map(_line, found)) for title, found in groups.items()]
    return "\n".join(line.rstrip() for line in lines)


def _line(result: Result) -> str:
    case, outcome = result.vignette, result.outcome
    fired = f" by {', '.join(outcome.rules)}" if outcome.rules else " by the leading cause's own level"
    away = "" if result.in_range else ", OUTSIDE its range"
    named = ", ".join(each.cause for each in outcome.causes) or "no cause"
    return f"  {case.id} {case.title}: gold {case.gold}, told {outcome.level}{fired}{away}; {named}"


def _published() -> str:
    lines = [f"  {each.study:<16}{each.result}\n{'':<18}{each.cases}; {each.where}" for each in PUBLISHED]
    return "\n".join(["Published, for orientation:", *lines, CAUTION])


def as_json(pack: Pack, results: dict[str, tuple[Result, ...]]) -> dict[str, Any]:
    """The same as data."""
    every = everything(results)
    return {
        "pack": pack.id,
        "version": pack.version,
        "figures": {name: _figures_json(figures(pack, listed)) for name, listed in {"all": every, **results}.items()},
        "confusion": confusion(pack, every),
        "cases": [{"file": name, **_case_json(each)} for name, listed in results.items() for each in listed],
    }


def _figures_json(found: Figures) -> dict[str, Any]:
    shares = {field: _share_json(getattr(found, field)) for field, _, _ in MEASURES}
    by_level = {level: _share_json(share) for level, share in found.of_gold.items()}
    return {
        **shares,
        "of_gold": by_level,
        "of_three": {name: _share_json(each) for name, each in found.of_three.items()},
    }


def _share_json(share: Share) -> dict[str, Any]:
    return {"hits": share.hits, "of": share.of, "percent": share.percent, "interval": share.interval}


def _case_json(result: Result) -> dict[str, Any]:
    case, outcome = result.vignette, result.outcome
    return {
        "id": case.id,
        "title": case.title,
        "gold": case.gold,
        "accepted": list(case.levels),
        "told": outcome.level,
        "in_range": result.in_range,
        "rules": list(outcome.rules),
        "causes": [each.cause for each in outcome.causes],
        "must_name": list(case.must_name),
        "named": result.named,
        "asked": len(result.asked),
    }
