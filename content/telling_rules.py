"""Conditions told in words, for a reviewer who reads no YAML: "numbness or tingling, AND on both sides, AND NOT ..."

The words are the pack's own; only AND, OR, NOT and what stands around them are ours, in English like the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping

from content.conditions import ALWAYS, NOT_SURE, And, Best, Condition, Name, Not, Or, Points, Ticked, walk
from content.pack import Ask, Pack

SMALL = 3
LANGUAGE = "en"
FACTS = {
    "level": "the level is {}",
    "step": "at the check-in {}",
    "verdict": "it amounts to {}",
    "change": "the score {}",
    "timing": "it is {}",
}
FACT_WORDS = {
    ("change", "up"): "went up",
    ("change", "down"): "went down by a third or more",
    ("change", "level"): "stayed",
    ("change", "unknown"): "was not given",
    ("timing", "before"): "before the deadline",
    ("timing", "deadline"): "at or after the deadline",
    ("timing", "last"): "the last check-in",
}


class Teller:
    """Turns one pack's conditions into English."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        language = LANGUAGE if LANGUAGE in pack.languages else pack.languages[0]
        self.words: Mapping[str, object] = pack.words[language]

    def condition(self, condition: Condition) -> str:
        """The condition as one line; a long definition is called by its name, which `glossary` explains."""
        if condition == ALWAYS:
            return "always"
        return self._told(condition)

    def glossary(self) -> dict[str, str]:
        """The definitions that are called by name, in words."""
        return {
            f"“{_plain(name)}”": self._told(body)
            for name, body in self.pack.define.items()
            if not self._is_small(body) and self._is_used(name)
        }

    def ask(self, ask: Ask) -> str:
        """When a line of the flow applies; "" for always."""
        return "" if ask.when == ALWAYS else self.condition(ask.when)

    def word(self, section: str, name: str, field: str = "name") -> str:
        """The words of an id in a section of the pack's words; the id itself when there are none."""
        given = _at(self.words, section, name)
        found = given.get(field) if isinstance(given, Mapping) else given
        return str(found) if found else name

    def cause(self, name: str) -> str:
        """A cause by its short name: what stands before the brackets."""
        return self.word("causes", name).partition(" (")[0]

    def question(self, name: str) -> str:
        """A question as it is asked."""
        return self.word("questions", name, "ask")

    def short(self, name: str) -> str:
        """The question without its mark and whatever is said after it, in quotation marks."""
        return f"“{self.question(name).partition('?')[0]}”"

    def label(self, question: str, option: str) -> str:
        """An option as its button says it."""
        given = _at(self.words, "questions", question, "options", option)
        return str(given.get("label", option)) if isinstance(given, Mapping) else option

    def line(self, question: str, option: str) -> str:
        """An option as the card says it, in full."""
        given = _at(self.words, "questions", question, "options", option, "text")
        return str(given) if given else self.label(question, option)

    def option(self, question: str, option: str) -> str:
        """An option as it reads within a sentence."""
        given = _at(self.words, "questions", question, "options", option)
        if option == NOT_SURE:
            return f"not sure about {self.short(question)}"
        if not isinstance(given, Mapping):
            return option
        if "why" not in given:
            return f"“{given.get('label', option)}” at {self.short(question)}"
        return _quoted(str(given["why"]))

    def _told(self, condition: Condition) -> str:
        match condition:
            case Ticked(question, options):
                return self._ticked(question, options)
            case And(parts):
                return ", AND ".join(self._inner(part, Or) for part in parts)
            case Or(parts):
                return " OR ".join(self._inner(part, And) for part in parts)
            case Not(part):
                return self._not(part)
            case Name(name):
                return self._named(name)
            case Points(cause, at_least, negated):
                few = f"fewer than {at_least}" if negated else f"{at_least} or more"
                return f"{few} points for “{self.cause(cause)}”"
            case Best(causes):
                fits = " or ".join(f"“{self.cause(each)}”" for each in causes)
                return f"what fits best is {fits}" if causes else "some cause fits"

    def _inner(self, part: Condition, bracketed: type[Condition]) -> str:
        opened = self._opened(part)
        told = self._told(part)
        is_list = isinstance(opened, Ticked) and len(opened.options) > 1 and not told.startswith("anything")
        return f"({told})" if (isinstance(opened, bracketed) and told != _name_of(part)) or is_list else told

    def _opened(self, condition: Condition) -> Condition:
        if isinstance(condition, Name) and self._is_small(self.pack.define[condition.name]):
            return self._opened(self.pack.define[condition.name])
        return condition

    def _not(self, part: Condition) -> str:
        told, opened = self._told(part), self._opened(part)
        if isinstance(opened, Not):
            return self._told(opened.part)
        if opened == Best(()):
            return "no cause fits"
        several = isinstance(opened, And | Or) or (isinstance(opened, Ticked) and len(opened.options) > 1)
        return (
            f"NOT ({told})" if several and not told.startswith("anything") and told != _name_of(part) else f"NOT {told}"
        )

    def _named(self, name: str) -> str:
        body = self.pack.define[name]
        return self._told(body) if self._is_small(body) else f"“{_plain(name)}”"

    def _is_small(self, body: Condition) -> bool:
        leaves = [part for part in walk(body) if isinstance(part, Ticked | Points | Best | Name)]
        nested = all(self._is_small(self.pack.define[part.name]) for part in leaves if isinstance(part, Name))
        return nested and len(leaves) <= SMALL - 1 and all(self._is_short(part) for part in leaves)

    def _is_short(self, part: Condition) -> bool:
        if not isinstance(part, Ticked) or len(part.options) <= SMALL + 1:
            return True
        return self._is_anything(part.question, [each for each in part.options if each != NOT_SURE])

    def _is_anything(self, question: str, options: list[str]) -> bool:
        given = self.pack.questions.get(question)
        return given is not None and bool(options) and set(options) == set(given.option_ids) - given.alone

    def _is_used(self, name: str) -> bool:
        return any(Name(name) in walk(body) for body in all_conditions(self.pack))

    def _ticked(self, question: str, options: tuple[str, ...]) -> str:
        if question in FACTS:
            return FACTS[question].format(_listed([self._fact(question, option) for option in options]))
        if question not in self.pack.questions:
            return f"{question} is {_listed(list(options))}"
        known = [option for option in options if option != NOT_SURE]
        unsure = [self.option(question, NOT_SURE)] if NOT_SURE in options else []
        if self._is_anything(question, known) and len(known) > 1:
            return _listed([f"anything ticked at {self.short(question)}", *unsure])
        return _listed([*(self.option(question, option) for option in known), *unsure])

    def _fact(self, fact: str, value: str) -> str:
        if fact == "level":
            return f"{value} ({self.word('levels', value)})"
        if fact == "step":
            return f"“{self.word('steps', value)}”"
        return FACT_WORDS.get((fact, value), value)


def all_conditions(pack: Pack) -> list[Condition]:
    """Every condition that the review sheet may tell."""
    rules, check = [floor for rule in pack.rules for floor in rule.floors], pack.check
    found: list[Condition] = [each.when for each in rules] + [each.when for each in pack.modifiers]
    found += [each.when for each in pack.flow] + [each.when for each in check.flow]
    found += [each.when for each in check.verdicts] + [each.when for each in check.moves]
    found += list(pack.define.values()) + [advice.when for advice in pack.advice.values()]
    for cause in pack.causes.values():
        found += [*cause.needs, *(floor.when for floor in cause.level_when)]
        found += [choice.when for choice in cause.plan_when]
    found += [choice.when for choice in pack.plan_when]
    for plan in pack.plans.values():
        found += [each.when for each in plan.steps] + [each.when for each in plan.moves]
        found += [each.when for each in (*plan.asks, *(plan.flow or ()), *plan.safety)]
    return [*found, pack.ice.may] if pack.ice else found


def _at(words: object, *names: str) -> object:
    for name in names:
        words = words.get(name) if isinstance(words, Mapping) else None
    return words


def _name_of(part: Condition) -> str:
    return f"“{_plain(part.name)}”" if isinstance(part, Name) else ""


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _quoted(words: str) -> str:
    """In quotation marks when the words hold a comma, "and" or "or" of their own."""
    return f"“{words}”" if any(each in words for each in (",", " or ", " and ")) else words


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
