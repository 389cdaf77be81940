"""`stridecheck compare`: what a change of a pack does, in sentences or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import author, opening, settings
from bot.assessing import pack_folder
from bot.settings import SettingsError
from content import compare, prove_say
from content.compare import CannotCompareError, Comparison, Example, Limits, Move, Undecided
from content.load import PackError, load_pack
from content.pack import Answers, Pack
from content.reading import Problem
from content.replay import Concerned, replay
from storage import episodes

__all__ = ["CannotCompareError", "Report", "as_json", "run", "text"]

ADVICE_SAME = "Nobody is told anything else: no other level, plan, ice, cause, advice, or whom to see."
WITHIN_S = 60.0
# Of a longer list, the rest is told without examples.
MOST_TOLD = 6
# What is told at the same level, by the name of its list; each as "old → new", or as what is told now or no more.
ALIKE = {"plans": "plan", "ice": "ice", "causes": "cause", "advice": "advice", "whom": "whom to see"}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that differs. `stored`: the open checks concerned, or why nobody can say."""

    old: Pack
    new: Pack
    found: Comparison
    changes: tuple[str, ...]
    stored: Concerned | str
    took_s: float
    within_s: float = WITHIN_S

    @property
    def is_same(self) -> bool:
        return self.old.digest == self.new.digest


def run(old_name: str, new_name: str, within_s: float = WITHIN_S) -> Report:
    """The whole comparison. Raises PackError with every problem of either pack, each with its folder.

    `within_s`: when it takes longer, the rest is left undecided, and said so.
    """
    old, new = _packs(old_name, new_name)
    began = monotonic()
    found = compare.compare(old, new, Limits(left=lambda: within_s - (monotonic() - began)))
    took_s = monotonic() - began
    changes = () if old.digest == new.digest else tuple(author.changes(old, new))
    return Report(old, new, found, changes, _stored(old, new), took_s, within_s)


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
        database = opening.look_into(settings.read_database())
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
    lines = [f"{head}: {_how_far(report)}", *found.notes]
    lines += _section("LESS URGENT NOW", [_move(report, each) for each in found.less_urgent], red=True)
    open_pairs = [each for each in found.undecided if each.kind == "levels"]
    lines += _section("MAY BE LESS URGENT NOW", [_open(report, each) for each in open_pairs if each.less], red=True)
    lines += _section("MORE URGENT NOW", [_move(report, each) for each in found.more_urgent])
    lines += _section("MAY BE MORE URGENT NOW", [_open(report, each) for each in open_pairs if not each.less])
    lines += _section("AT THE SAME LEVEL", list(alike(found)))
    if found == Comparison(found.notes):
        lines += ["", ADVICE_SAME]
    lines += _section("CHANGED IN THE PACK", report.changes)
    return "\n".join([*lines, "", *_stored_lines(report.stored)])


def _how_far(report: Report) -> str:
    if not report.found.undecided:
        return f"decided for every possible set of answers, in {report.took_s:.1f} s."
    return (
        f"not everything was decided within {report.within_s:.0f} s; what was not is named, and to be read as if it "
        "were so. --within gives it longer."
    )


def _section(title: str, lines: list[str] | tuple[str, ...], *, red: bool = False) -> list[str]:
    if not lines:
        return []
    shown = ["", title, *(f"  {line}" for line in lines)]
    return [typer.style(line, fg="red") if red and line else line for line in shown]


def _move(report: Report, move: Move) -> str:
    old, new = prove_say.level(report.old, move.old), prove_say.level(report.new, move.new)
    return f"{old} → {new}\n    For example {move.example.told}."


def _open(report: Report, pair: Undecided) -> str:
    old, new = prove_say.level(report.old, pair.old), prove_say.level(report.new, pair.new)
    return f"{old} → {new}\n    Not decided within the time: nobody was found, but there may be somebody."


def alike(found: Comparison) -> Iterator[str]:
    """People who are told the same level and something else besides."""
    for kind, name in ALIKE.items():
        moves: tuple[Move, ...] = getattr(found, kind)
        yield from (f"{name}: {_other(each)}, for {each.example.told}." for each in moves[:MOST_TOLD])
        if moves[MOST_TOLD:]:
            yield f"{name}: and {', '.join(map(_other, moves[MOST_TOLD:]))}. --json has an example of each."
        if any(each.kind == kind for each in found.undecided):
            yield f"{name}: there may be more such changes than these; not decided within the time."


def _other(move: Move) -> str:
    if move.old and move.new:
        return f"{move.old} → {move.new}"
    return f"{move.new} now" if move.new else f"{move.old} no more"


def _stored_lines(stored: Concerned | str) -> Iterator[str]:
    if isinstance(stored, str):
        yield f"Open checks were not looked at. {stored}"
        return
    yield (
        f"Open checks stored: {stored.episodes}. Less urgent now: {stored.less_urgent}; more urgent now: "
        f"{stored.more_urgent}; the same level with other causes: {stored.other_causes}, with other advice: "
        f"{stored.other_advice}; the same: {stored.same}; "
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
        **{kind: [_move_json(each) for each in getattr(found, kind)] for kind in ALIKE},
        "decided": not found.undecided,
        "undecided": [_undecided_json(each) for each in found.undecided],
        "may_be_less_urgent": found.may_be_less_urgent,
        "within_s": report.within_s,
        "took_s": round(report.took_s, 1),
        "changes": list(report.changes),
        "stored": None if isinstance(stored, str) else {"episodes": stored.episodes, **asdict(stored)},
        "stored_why": stored if isinstance(stored, str) else None,
    }


def _undecided_json(each: Undecided) -> dict[str, Any]:
    return {"what": each.kind, "from": each.old or None, "to": each.new or None, "may_be_less_urgent": each.less}


def _version(pack: Pack) -> dict[str, str]:
    return {"pack": pack.id, "version": pack.version, "digest": pack.digest}


def _move_json(move: Move) -> dict[str, Any]:
    return {"from": move.old or None, "to": move.new or None, "example": _example_json(move.example)}


def _example_json(example: Example) -> dict[str, Any]:
    return {"told": example.told, "old": _answers(example.old), "new": _answers(example.new)}


def _answers(answers: Answers) -> dict[str, list[str]]:
    return {question: sorted(options) for question, options in answers.items()}
