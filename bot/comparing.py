"""`stridecheck compare`: what a change of a pack does, in sentences or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import author, running, settings
from bot.assessing import pack_folder
from bot.settings import SettingsError
from content import compare, prove_say
from content.compare import CannotCompareError, Comparison, Example, Lead, Move
from content.load import PackError, load_pack
from content.pack import Answers, Pack
from content.reading import Problem
from content.replay import Concerned, replay
from storage import episodes

__all__ = ["CannotCompareError", "Report", "as_json", "run", "text"]

ADVICE_SAME = "Nobody is told another level, and nobody's leading cause changes."


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that differs. `stored`: the open checks concerned, or why nobody can say."""

    old: Pack
    new: Pack
    found: Comparison
    changes: tuple[str, ...]
    stored: Concerned | str
    took_s: float

    @property
    def is_same(self) -> bool:
        return self.old.digest == self.new.digest


def run(old_name: str, new_name: str) -> Report:
    """The whole comparison. Raises PackError with every problem of either pack, each with its folder."""
    old, new = _packs(old_name, new_name)
    began = monotonic()
    found = compare.compare(old, new)
    took_s = monotonic() - began
    changes = () if old.digest == new.digest else tuple(author.changes(old, new))
    return Report(old, new, found, changes, _stored(old, new), took_s)


def _packs(*names: str) -> list[Pack]:
    packs, problems = list[Pack](), list[Problem]()
    for name in names:
        folder = pack_folder(name)
        try:
            packs.append(load_pack(folder))
        except PackError as error:
            problems += [
                each if each.file == str(folder) else Problem(f"{folder}/{each.file}", each.line, each.message)
                for each in error.problems
            ]
    if problems:
        raise PackError(problems)
    return packs


def _stored(old: Pack, new: Pack) -> Concerned | str:
    try:
        database = running.look_into(settings.read_database())
    except SettingsError as error:
        return str(error)
    try:
        return replay(old, new, database.run_now(episodes.open_of, old.id))
    except SQLAlchemyError as error:
        return f"The database cannot be read ({type(error).__name__}). Cure: type: stridecheck doctor"
    finally:
        database.close()


def text(report: Report) -> str:
    """The report as one reads it; "less urgent now" first and in red."""
    old, new, found = report.old, report.new, report.found
    head = f"{old.id} {old.version} → {new.id} {new.version}"
    if report.is_same:
        return f"{head}: the very same files. Nothing differs."
    lines = [f"{head}: decided for every possible set of answers, in {report.took_s:.1f} s.", *found.notes]
    lines += _section("LESS URGENT NOW", [_move(report, each) for each in found.less_urgent], red=True)
    lines += _section("MORE URGENT NOW", [_move(report, each) for each in found.more_urgent])
    alike = [*map(_lead, found.leading), *map(_ice, found.ice)]
    lines += _section("THE SAME LEVEL, ANOTHER CAUSE OR ICE", alike)
    if not (found.less_urgent or found.more_urgent or alike):
        lines += ["", ADVICE_SAME]
    lines += _section("CHANGED IN THE PACK", report.changes)
    return "\n".join([*lines, "", *_stored_lines(report.stored)])


def _section(title: str, lines: list[str] | tuple[str, ...], *, red: bool = False) -> list[str]:
    if not lines:
        return []
    shown = ["", title, *(f"  {line}" for line in lines)]
    return [typer.style(line, fg="red") if red and line else line for line in shown]


def _move(report: Report, move: Move) -> str:
    old, new = prove_say.level(report.old, move.old), prove_say.level(report.new, move.new)
    return f"{old} → {new}\n    For example {move.example.told}."


def _lead(lead: Lead) -> str:
    return f"{lead.cause} {'leads now' if lead.now else 'leads no more'} for {lead.example.told}."


def _ice(move: Move) -> str:
    return f"{move.old} → {move.new}: {move.example.told}."


def _stored_lines(stored: Concerned | str) -> Iterator[str]:
    if isinstance(stored, str):
        yield f"Open checks were not looked at. {stored}"
        return
    yield (
        f"Open checks stored: {stored.episodes}. Less urgent now: {stored.less_urgent}; more urgent now: "
        f"{stored.more_urgent}; the same level with other causes: {stored.other_causes}; the same: {stored.same}; "
        f"still in triage: {stored.in_triage}."
    )
    if stored.in_triage:
        stands = ", ".join(f"{count} at `{name or 'the end'}`" for name, count in stored.at.items())
        yield f"Those in triage stand in the new version: {stands}; {stored.moved} elsewhere than in the old one."


def as_json(report: Report) -> dict[str, Any]:
    """The same for programs. `stored` is null, with the reason in `stored_why`, when nobody can say."""
    found, stored = report.found, report.stored
    return {
        "old": _version(report.old),
        "new": _version(report.new),
        "same": report.is_same,
        "notes": list(found.notes),
        "less_urgent": [_move_json(each) for each in found.less_urgent],
        "more_urgent": [_move_json(each) for each in found.more_urgent],
        "leading": [
            {"cause": each.cause, "leads": each.now, "example": _example_json(each.example)} for each in found.leading
        ],
        "ice": [_move_json(each) for each in found.ice],
        "changes": list(report.changes),
        "stored": None if isinstance(stored, str) else {"episodes": stored.episodes, **asdict(stored)},
        "stored_why": stored if isinstance(stored, str) else None,
    }


def _version(pack: Pack) -> dict[str, str]:
    return {"pack": pack.id, "version": pack.version, "digest": pack.digest}


def _move_json(move: Move) -> dict[str, Any]:
    return {"from": move.old, "to": move.new, "example": _example_json(move.example)}


def _example_json(example: Example) -> dict[str, Any]:
    return {"told": example.told, "old": _answers(example.old), "new": _answers(example.new)}


def _answers(answers: Answers) -> dict[str, list[str]]:
    return {question: sorted(options) for question, options in answers.items()}
