"""The shipped pack, answers written short, and random answers drawn from the pack itself."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from content.assess import Outcome, assess
from content.conditions import NOT_SURE
from content.load import load_pack
from content.pack import Answers, Pack, Question
from content.shipped import PACKS

FOLDER = PACKS / "leg-tingling"
PACK = load_pack(FOLDER)
GATES = ("g_life", "g_spine", "g_limb", "g_urgent", "g_fluid_heat")
TRIAGE = tuple(dict.fromkeys(ask.question for ask in PACK.flow if ask.question))
DANGERS = tuple((gate, option) for gate in GATES for option in PACK.questions[gate].option_ids if option != "none")

BOUNDED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
WALKS = settings(BOUNDED, max_examples=80)


def answers(*texts: str) -> dict[str, frozenset[str]]:
    """`"sym=numb+itch side=both"` -> answers; what comes later replaces what came before. Unknown ids are refused."""
    pairs = [pair.partition("=")[::2] for text in texts for pair in text.split()]
    found = {question: frozenset(options.split("+")) for question, options in pairs}
    for question, options in found.items():
        assert all(PACK.questions[question].knows(option) for option in options), (question, options)
    return found


# Somebody mild: a sore forefoot on the run, gone within minutes, nothing else. Self-care, and ice is allowed.
CALM = answers(
    *(f"{gate}=none" for gate in GATES),
    "sym=tingling where=toes_ball side=one when=fixed_point ease=le5 dur=lt2w trend=same impact=mild",
    "trigger=forefoot_pebble relief=none look=normal injury=none bg=none extra=none age=a16_39 score0=5",
)


def calm(text: str = "") -> dict[str, frozenset[str]]:
    """The mild person, with other answers where the text gives them."""
    return {**CALM, **answers(text)}


def outcome(text: str = "") -> Outcome:
    """What the mild person is told, with other answers where the text gives them."""
    return assess(PACK, calm(text))


def rank(level: str | None) -> int:
    """0 for the most urgent level."""
    return PACK.levels[level or PACK.mildest].rank


def sentences(found: Outcome) -> tuple[str, ...]:
    """The ids of everything an outcome advises."""
    return (*found.steps, *found.avoid, *found.net)


# A random walk by a seed: quicker than Hypothesis's own randoms, and as repeatable.
RANDOMS = st.integers(0, 1_000_000).map(Random)


# --- random answers ---------------------------------------------------------------------------------------------------


def replies(question: Question, *, unsure: bool = True) -> st.SearchStrategy[frozenset[str]]:
    """Any answer that the question's card lets a person give."""
    singles = [frozenset({option}) for option in (question.alone if question.multiple else question.option_ids)]
    found = [st.sampled_from(sorted(singles, key=sorted))] if singles else []
    if question.multiple:
        several = [option for option in question.option_ids if option not in question.alone]
        most = min(question.at_most or 4, len(several))
        found.append(st.frozensets(st.sampled_from(several), min_size=1, max_size=most))
    if unsure:
        found.append(st.just(frozenset({NOT_SURE})))
    return st.one_of(*found)


def answer_sets(
    questions: Iterable[str] = TRIAGE, *, unsure: bool = True, pack: Pack = PACK
) -> st.SearchStrategy[dict[str, frozenset[str]]]:
    """Random answers to these questions; some are left out, as questions that were skipped."""
    drawn = {question: replies(pack.questions[question], unsure=unsure) for question in questions}
    return st.fixed_dictionaries({}, optional=drawn)


def without_danger() -> st.SearchStrategy[dict[str, frozenset[str]]]:
    """Random answers with every gate answered "none of these"."""
    no_danger = {gate: frozenset({"none"}) for gate in GATES}
    return answer_sets(question for question in TRIAGE if question not in GATES).map(lambda each: {**each, **no_danger})


def with_ticks(given: Answers, *ticks: tuple[str, str]) -> dict[str, frozenset[str]]:
    """The same answers with more options ticked; an option that excludes others gives way."""
    found = dict(given)
    for question, option in ticks:
        record = PACK.questions[question]
        before = found.get(question, frozenset()) - record.alone - {NOT_SURE} if record.multiple else frozenset()
        found[question] = before | {option}
    return found
