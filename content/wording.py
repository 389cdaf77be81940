"""Is every word there? Each id of a pack has its words in each language, none is left over, no label is too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content import plan_meaning, recall_meaning, strength
from content.reading import Node, suggest

if TYPE_CHECKING:
    from content.pack import Move, Pack

LABEL_LENGTH = 24
EMERGENCY = "emergency_"
FREE_SECTIONS = ("says", "texts", "whom")
OPTIONAL_SECTIONS = ("reminders",)

# What check-ins and icing say of themselves, whatever the pack's own moves add.
ALWAYS_SAID = ("asked_again", "escalated_persist", "escalated_worse", "graded_return", "keep_going", "new_danger_found",
               "persisting", "resolved_close", "same_next_measure", "seen_thanks", "stop_asking")  # fmt: skip
ICE_SAID = ("ice_end_today", "ice_injury", "ice_paused", "ice_refused", "ice_skip", "ice_stopped")


def check(pack: Pack, node: Node) -> None:
    """Report every missing, left over or too long word of one language's file at its place."""
    sections = node.entries()
    for section, ids in _wanted_words(pack).items():
        if section in OPTIONAL_SECTIONS and section not in sections:
            continue
        given = sections[section].entries() if section in sections else {}
        for name in ids:
            if name not in given:
                (sections.get(section) or node).wrong(f"no words for '{name}' in section `{section}`")
        if section in FREE_SECTIONS:
            continue
        for name in sorted(set(given) - set(ids)):
            given[name].wrong(f"left over: the pack has no {section} '{name}'; {suggest(name, ids)}")
    questions = sections["questions"].entries() if "questions" in sections else {}
    for name, each in questions.items():
        if name in pack.questions:
            _check_question_words(pack, name, each)
    for each in (sections["causes"].entries() if "causes" in sections else {}).values():
        _check_cause_words(pack, each)


def _wanted_words(pack: Pack) -> dict[str, tuple[str, ...]]:
    moves: list[Move] = [*pack.check.moves, *(move for plan in pack.plans.values() for move in plan.moves)]
    moves += pack.visit.moves if pack.visit else ()
    says = [*ALWAYS_SAID, *(ICE_SAID if pack.ice else ())]
    says += [*(["settled_higher"] if pack.provisional else []), *recall_meaning.said(pack)]
    says += [each for move in moves for each in (move.say, move.call) if each]
    says += [rule.say for rule in pack.rules if rule.say]
    whom = [each for level in pack.levels.values() for each in level.whom]
    whom += [each for cause in pack.causes.values() for ids in cause.whom.values() for each in ids]
    return {
        "questions": tuple(pack.questions),
        "levels": tuple(pack.levels),
        "whom": tuple(dict.fromkeys(whom)),
        "causes": tuple(pack.causes),
        "advice": tuple(pack.advice),
        "plans": tuple(pack.plans),
        "steps": tuple(plan_meaning.step_ids(pack)),
        "reminders": tuple(plan_meaning.step_ids(pack)),
        "says": tuple(dict.fromkeys(says)),
    }


def _check_question_words(pack: Pack, name: str, node: Node) -> None:
    question, given = pack.questions[name], node.entries()
    if not given.get("ask"):
        node.wrong("has no `ask:`")
    if question.kind == "gate" and not given.get("help"):
        node.wrong("a gate needs `help:`, the example shown on Not sure")
    if question.kind == "scale" and "options" not in given:
        return
    ids = tuple(strength.PHRASES) if question.kind == "scale" else question.option_ids
    options = given["options"].entries() if "options" in given else {}
    for option in ids:
        if option not in options:
            node.wrong(f"no words for option '{option}'")
    for option, body in options.items():
        if option not in ids:
            body.wrong(f"left over: question '{name}' has no option '{option}'; {suggest(option, ids)}")
        elif question.kind == "scale" and (lacking := {"text", "why"} - set(body.entries())):
            body.wrong(f"how strong it is in words needs `{min(lacking)}:` as well")
        label = body.entries().get("label")
        if label is None or not label.text():
            body.wrong("has no `label:`")
        elif len(label.text()) > LABEL_LENGTH:
            label.wrong(f"is {len(label.text())} characters long; a button holds {LABEL_LENGTH}")


def _check_cause_words(pack: Pack, node: Node) -> None:
    """`emergency_<option>`: words for one ticked red flag, which exists."""
    known = [f"{EMERGENCY}{option}" for each in pack.questions.values() for option in each.option_ids]
    for name, body in node.entries().items():
        if name.startswith(EMERGENCY) and name not in known:
            body.wrong(
                f"left over: no question has the option '{name.removeprefix(EMERGENCY)}'; {suggest(name, known)}"
            )
