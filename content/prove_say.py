"""A counterexample as a person would tell it, in the pack's own labels."""

from __future__ import annotations

from content.conditions import NOT_SURE
from content.pack import Answers, Pack
from content.telling_rules import Teller


def someone(pack: Pack, answers: Answers) -> str:
    """ "someone who ticks “Numb” at “What do you feel?” and answers “Both” to “One or both?”"."""
    told = [_said(pack, question, ticked) for question, ticked in answers.items() if _tells(pack, question, ticked)]
    quiet = [question for question, ticked in answers.items() if ticked and not _tells(pack, question, ticked)]
    rest = " and says “none” to the rest" if quiet else ""
    if not told:
        return "someone who ticks nothing" if not quiet else "someone who says “none” to everything"
    return f"someone who {', '.join(told)}{rest}"


def level(pack: Pack, name: str) -> str:
    """ "L2 (See a doctor today)"."""
    return f"{name} ({Teller(pack).word('levels', name)})"


def answer(pack: Pack, question: str, option: str) -> str:
    """One option as its button says it."""
    return "“Not sure”" if option == NOT_SURE else f"“{Teller(pack).label(question, option)}”"


def _tells(pack: Pack, question: str, ticked: frozenset[str]) -> bool:
    return bool(ticked - pack.questions[question].alone)


def _said(pack: Pack, question: str, ticked: frozenset[str]) -> str:
    record, asked = pack.questions[question], Teller(pack).short(question)
    options = [answer(pack, question, each) for each in (*record.option_ids, NOT_SURE) if each in ticked]
    if record.multiple and NOT_SURE not in ticked:
        return f"ticks {' and '.join(options)} at {asked}"
    return f"answers {options[0]} to {asked}"
