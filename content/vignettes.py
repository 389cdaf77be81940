"""A file of test cases -> Vignettes. Every mistake at once, each with file, line and cure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from content.pack import Answers, Pack, Question
from content.reading import Node, Problem, Problems, read_file, suggest

FIELDS = ("id", "title", "story", "answers", "gold", "levels", "must_name", "may_name", "source")
REQUIRED = ("id", "answers", "levels")
NOBODY = ("", "null", "~", "none")


@dataclass(frozen=True, slots=True)
class Vignette:
    """One invented person: what they would answer, and what a careful clinician would advise.

    `levels` are the acceptable ones, most urgent first. `gold` is the right one; a file that gives none means the
    least urgent level that is still safe. `must_name` are the causes that have to be among those named.
    """

    id: str
    title: str
    answers: Answers
    gold: str
    levels: tuple[str, ...]
    must_name: tuple[str, ...] = ()
    source: str = ""
    file: str = ""
    line: int = 0


def read_vignettes(path: Path, pack: Pack, problems: Problems) -> tuple[Vignette, ...]:
    """The cases of one file, in its order; what cannot be used is told in `problems`."""
    root = read_file(path, path.name, problems)
    if root is None:
        return ()
    given = root.fields(("vignettes",), required=("vignettes",))
    items = given["vignettes"].items() if "vignettes" in given else []
    found = tuple(_vignette(item, pack) for item in items)
    for item, vignette in zip(items, found, strict=True):
        if [each.id for each in found].index(vignette.id) != items.index(item):
            item.wrong(f"the id '{vignette.id}' is given twice; give each case its own")
    if not found:
        root.wrong("has no test cases; write `vignettes:` and a list of them")
    return found


def _vignette(node: Node, pack: Pack) -> Vignette:
    given = node.fields(FIELDS, required=REQUIRED)
    name = given["id"].text() if "id" in given else ""
    answers = given["answers"].entries() if "answers" in given else {}
    levels = _levels(given["levels"], pack) if "levels" in given else ()
    mildest = levels[-1] if levels else pack.mildest
    return Vignette(
        id=name,
        title=given["title"].text() if "title" in given else name,
        answers={question: _ticked(question, body, pack) for question, body in answers.items()},
        gold=_level(given["gold"], pack) if "gold" in given else mildest,
        levels=levels,
        must_name=_causes(given["must_name"], pack) if "must_name" in given else (),
        source=given["source"].text() if "source" in given else "",
        file=node.file,
        line=node.line,
    )


def _levels(node: Node, pack: Pack) -> tuple[str, ...]:
    found = [_level(item, pack) for item in node.items()]
    if not found:
        node.wrong("name at least one acceptable level")
    return tuple(sorted((each for each in found if each in pack.levels), key=lambda each: pack.levels[each].rank))


def _level(node: Node, pack: Pack) -> str:
    level = node.text()
    if level not in pack.levels:
        node.wrong(f"the pack has no level '{level}'; {suggest(level, pack.levels)}")
        return pack.mildest
    return level


def _causes(node: Node, pack: Pack) -> tuple[str, ...]:
    names = (node.text(),) if node.is_text else node.texts()
    found = tuple(name for name in names if name not in NOBODY)
    for name in found:
        if name not in pack.causes:
            node.wrong(f"the pack has no cause '{name}'; {suggest(name, pack.causes)}")
    return found


def _ticked(name: str, node: Node, pack: Pack) -> frozenset[str]:
    options = (node.text(),) if node.is_text else node.texts()
    question = pack.questions.get(name)
    if question is None:
        node.wrong(f"the pack has no question '{name}'; {suggest(name, pack.questions)}")
        return frozenset()
    cure = _unpressable(question, options)
    if cure:
        node.wrong(cure)
    return frozenset(options)


def _unpressable(question: Question, options: tuple[str, ...]) -> str | None:
    """Why nobody could answer this question with these options, and what would do."""
    for option in options:
        if not question.knows(option):
            return f"no option '{option}'; {suggest(option, question.option_ids)}"
    if not options:
        return "nothing is ticked; tick an option, or write not_sure"
    if len(options) > 1 and (not question.multiple or any(not _joins(question, option) for option in options)):
        return "these exclude each other; keep one"
    if question.at_most and len(options) > question.at_most:
        return f"{len(options)} are ticked; the question takes {question.at_most}"
    return None


def _joins(question: Question, option: str) -> bool:
    return option in question.option_ids and option not in question.alone


def problem_of(vignette: Vignette, message: str) -> Problem:
    """A mistake of one case, at its place."""
    return Problem(vignette.file, vignette.line, f"{vignette.id}: {message}")
