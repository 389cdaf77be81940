"""Does a well-formed pack mean something? Every reference exists, every word is there, every gate comes first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from content import invariants, naming, plan_meaning, recall_meaning, visiting, wording
from content.conditions import ALWAYS, NOT_SURE, Best, Condition, Name, Points, Ticked, walk
from content.plan_meaning import Reference
from content.reading import Node, suggest

if TYPE_CHECKING:
    from content.pack import Pack

CHANGES = ("up", "down", "unknown")
TIMINGS = ("before", "deadline", "last")
VERDICTS = ("worse", "better", "same", "resolved")


def check(pack: Pack, root: Node, words: Mapping[str, Node]) -> None:
    """Report every problem of meaning at its place."""
    facts = _check_facts(pack)
    for where, condition in _triage_conditions(pack):
        _check_condition(pack, at(root, where), condition, {})
    for where, condition in _check_conditions(pack):
        _check_condition(pack, at(root, where), condition, facts)
    known = _known(pack)
    for where, kind, name in _references(pack):
        _check_reference(at(root, where), kind, name, known[kind])
    naming.check(pack, partial(at, root))
    plan_meaning.check(pack, partial(at, root))
    invariants.check(pack, partial(at, root))
    recall_meaning.check(pack, partial(at, root))
    _check_questions(pack, root)
    _check_gates_first(pack, root)
    for node in words.values():
        wording.check(pack, node)


def at(root: Node, where: tuple[str, ...]) -> Node:
    """The node nearest to this path, so that a problem points at its own line."""
    node = root
    for name in where:
        if not hasattr(node.raw.value, "append") or node.is_text:
            return node
        if name.isdigit():
            items = node.items()
            node = items[int(name)] if int(name) < len(items) else node
            continue
        entry = node.entry(name)
        if entry is None:
            return node
        node = entry
    return node


Placed = tuple[tuple[str, ...], Condition]


def _triage_conditions(pack: Pack) -> Iterator[Placed]:
    for name, condition in pack.define.items():
        yield ("define", name), condition
    for number, ask in enumerate(pack.flow):
        yield ("flow", str(number)), ask.when
    yield from _option_conditions(pack, in_triage=True)
    yield from _outcome_conditions(pack)
    yield from recall_meaning.conditions(pack)
    for invariant in pack.invariants:
        yield ("invariants", invariant.id), invariant.when


def _option_conditions(pack: Pack, *, in_triage: bool) -> Iterator[Placed]:
    """Those of questions that the triage asks, or of those that only check-ins ask, which know more."""
    asked = {ask.question for ask in pack.flow}
    for question in pack.questions.values():
        if (question.id in asked) is in_triage:
            yield from ((("questions", question.id), option.when) for option in question.options)


def _outcome_conditions(pack: Pack) -> Iterator[Placed]:
    for rule in pack.rules:
        for floor in rule.floors:
            yield ("rules", rule.id), floor.when
    for modifier in pack.modifiers:
        yield ("modifiers", modifier.id), modifier.when
    for cause in pack.causes.values():
        choices = (*(floor.when for floor in cause.level_when), *(choice.when for choice in cause.plan_when))
        for condition in (*cause.needs, *choices):
            yield ("causes", cause.id), condition
    for number, choice in enumerate(pack.plan_when):
        yield ("plan_when", str(number)), choice.when
    for advice in pack.advice.values():
        yield ("advice", advice.id), advice.when
    if pack.ice:
        yield ("ice", "may"), pack.ice.may
        yield ("ice", "gentle_when"), pack.ice.gentle_when


def _check_conditions(pack: Pack) -> Iterator[Placed]:
    yield from _option_conditions(pack, in_triage=False)
    for number, ask in enumerate(pack.check.flow):
        yield ("check", "flow", str(number)), ask.when
    for number, verdict in enumerate(pack.check.verdicts):
        yield ("check", "verdicts", str(number)), verdict.when
    for number, move in enumerate(pack.check.moves):
        yield ("check", "moves", str(number)), move.when
    for number, move in enumerate(pack.visit.moves if pack.visit else ()):
        yield ("visit", "moves", str(number)), move.when
    if pack.provisional:
        yield ("provisional", "gone"), pack.provisional.gone
        for step in pack.provisional.steps:
            yield ("provisional", "steps", step.id), step.when
    for plan in pack.plans.values():
        for step in plan.steps:
            yield ("plans", plan.id, "steps", step.id), step.when
        for part, asks in (("asks", plan.asks), ("flow", plan.flow or ()), ("safety", plan.safety)):
            for number, ask in enumerate(asks):
                yield ("plans", plan.id, part, str(number)), ask.when
        for number, move in enumerate(plan.moves):
            yield ("plans", plan.id, "moves", str(number)), move.when


def _check_facts(pack: Pack) -> dict[str, tuple[str, ...]]:
    return {
        "step": tuple(plan_meaning.step_ids(pack)),
        "timing": TIMINGS,
        "verdict": VERDICTS,
        "change": CHANGES,
        "level": tuple(pack.levels),
        **_visit_facts(pack),
    }


def _visit_facts(pack: Pack) -> dict[str, tuple[str, ...]]:
    """What the plans after a visit know of it."""
    if pack.visit is None:
        return {}
    asked = {visiting.APPOINTMENT: pack.visit.appointment, visiting.DOCTOR: pack.visit.said}
    known = {fact: pack.questions.get(question) for fact, question in asked.items()}
    return {fact: (*(question.option_ids if question else ()), NOT_SURE) for fact, question in known.items()}


def _check_condition(pack: Pack, node: Node, condition: Condition, facts: Mapping[str, tuple[str, ...]]) -> None:
    for part in walk(condition):
        match part:
            case Ticked(question, options):
                _check_ticked(pack, node, question, options, facts)
            case Name(name) if name not in pack.define:
                node.wrong(f"unknown definition '{name}'; {suggest(name, pack.define)}")
            case Points(cause):
                _check_reference(node, "cause", cause, pack.causes)
            case Best(causes):
                for cause in causes:
                    _check_reference(node, "cause", cause, pack.causes)
            case _:
                pass


def _check_ticked(
    pack: Pack, node: Node, question: str, options: Iterable[str], facts: Mapping[str, tuple[str, ...]]
) -> None:
    if question in facts:
        known: tuple[str, ...] = facts[question]
    elif question in pack.questions:
        known = (*pack.questions[question].option_ids, NOT_SURE)
    else:
        node.wrong(f"unknown question '{question}'; {suggest(question, (*pack.questions, *facts))}")
        return
    for option in options:
        if option not in known:
            node.wrong(f"unknown option '{option}' of question '{question}'; {suggest(option, known)}")


def _references(pack: Pack) -> Iterator[Reference]:
    yield from _level_references(pack)
    yield from _cause_references(pack)
    yield from plan_meaning.references(pack)
    yield from recall_meaning.references(pack)
    yield from _source_references(pack)
    yield from _picture_references(pack)
    if pack.ice:
        for cause in pack.ice.causes:
            yield ("ice", "causes"), "cause", cause
        yield ("ice", "ask"), "question", pack.ice.ask
        yield ("ice", "injury_level"), "level", pack.ice.injury_level
        for name in ("how", "instead", "injury_steps", "injury_avoid"):
            for each in getattr(pack.ice, name):
                yield ("ice", name), "advice", each


def _source_references(pack: Pack) -> Iterator[Reference]:
    for advice in pack.advice.values():
        for code in advice.sources:
            yield ("advice", advice.id), "source", code
    for rule, codes in pack.rule_sources.items():
        yield ("rule_sources", rule), "rule", rule
        for code in codes:
            yield ("rule_sources", rule), "source", code


def _picture_references(pack: Pack) -> Iterator[Reference]:
    for question in pack.questions.values():
        if question.picture:
            yield ("questions", question.id, "picture"), "picture", question.picture
    for advice in pack.advice.values():
        if advice.picture:
            yield ("advice", advice.id, "picture"), "picture", advice.picture
    if pack.ice and pack.ice.picture:
        yield ("ice", "picture"), "picture", pack.ice.picture


def _level_references(pack: Pack) -> Iterator[Reference]:
    for rule in pack.rules:
        for floor in rule.floors:
            yield ("rules", rule.id), "level", floor.level
        for cause in rule.names:
            yield ("rules", rule.id), "cause", cause
    for modifier in pack.modifiers:
        for level in (*modifier.moves, *modifier.moves.values()):
            yield ("modifiers", modifier.id), "level", level
    for each in pack.levels.values():
        if each.plan:
            yield ("levels", each.id), "plan", each.plan
        for advice in (*each.steps, *each.avoid, *each.net):
            yield ("levels", each.id), "advice", advice


def _cause_references(pack: Pack) -> Iterator[Reference]:
    for (question, option), causes in pack.gate_causes.items():
        yield ("gate_causes",), "option", f"{question}.{option}"
        for cause in causes:
            yield ("gate_causes", f"{question}.{option}"), "cause", cause
    for each in pack.causes.values():
        where = ("causes", each.id)
        for question, option in each.points:
            yield (*where, "points", f"{question}.{option}"), "option", f"{question}.{option}"
        for level in (*filter(None, [each.level]), *(floor.level for floor in each.level_when), *each.whom):
            yield where, "level", level
        for plan in each.plans:
            yield where, "plan", plan
        for advice in (*each.steps, *each.avoid, *each.net):
            yield where, "advice", advice
        for codes in each.sources.values():
            for code in codes:
                yield where, "source", code


def _check_reference(node: Node, kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        node.wrong(f"unknown {kind} '{name}'; {suggest(name, known)}")


def _known(pack: Pack) -> Mapping[str, Collection[str]]:
    """What may be referred to, kind by kind."""
    return {
        "level": pack.levels,
        "cause": pack.causes,
        "plan": pack.plans,
        "question": pack.questions,
        "advice": pack.advice,
        "source": pack.sources,
        "picture": pack.pictures,
        "rule": [*(rule.id for rule in pack.rules), *(each.id for each in pack.modifiers)],
        "option": [f"{each.id}.{option}" for each in pack.questions.values() for option in each.option_ids],
        "step": [step.id for plan in pack.plans.values() for step in plan.steps],
    }


def _check_questions(pack: Pack, root: Node) -> None:
    for question in pack.questions.values():
        node = at(root, ("questions", question.id))
        if not question.options:
            node.wrong("has no options")
        for option in sorted(question.alone - set(question.option_ids)):
            node.wrong(f"unknown option '{option}' in alone; {suggest(option, question.option_ids)}")
        if len(set(question.option_ids)) < len(question.option_ids):
            node.wrong("an option is listed twice")
        if question.kind == "gate" and not question.alone:
            node.wrong("a gate needs an option of `alone:` that says none of these")


def _check_gates_first(pack: Pack, root: Node) -> None:
    """Every gate of the flow is asked of everyone, before anything else."""
    gates = {each.question for each in pack.flow if each.question and _kind(pack, each.question) == "gate"}
    opening = [each.question for each in pack.flow[: len(gates)]]
    if set(opening) != gates or any(ask.when != ALWAYS for ask in pack.flow[: len(gates)]):
        at(root, ("flow",)).wrong("the gates must be the first questions, without conditions")
    if not gates:
        at(root, ("flow",)).wrong("asks no gate; red flags come first")


def _kind(pack: Pack, question: str) -> str | None:
    return pack.questions[question].kind if question in pack.questions else None
