"""evaluate(pack, vignettes): what each invented person is told, and the figures of the literature. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from content import asking, flow
from content.assess import Outcome, assess
from content.conditions import NOT_SURE
from content.decide import start
from content.episode import Episode
from content.pack import Pack, Question
from content.vignettes import Vignette

SURE = 1.96


class UnansweredError(ValueError):
    """The person is asked a question that the case does not answer."""

    def __init__(self, vignette: Vignette, question: str) -> None:
        self.vignette, self.question = vignette, question
        super().__init__(f"is asked `{question}` and has no answer to it; add it under `answers:`")


@dataclass(frozen=True, slots=True)
class Result:
    """What one person was told. `asked` are the questions put to them; `by` is how many levels too urgent it was."""

    vignette: Vignette
    outcome: Outcome
    asked: tuple[str, ...]
    by: int

    @property
    def in_range(self) -> bool:
        return self.outcome.level in self.vignette.levels

    @property
    def named(self) -> bool | None:
        """Are all causes named that had to be? None: the case demands none."""
        wanted = set(self.vignette.must_name)
        return wanted <= {each.cause for each in self.outcome.causes} if wanted else None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def percent(self) -> float | None:
        return 100 * self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval, in percent."""
        if not self.of:
            return None
        share, squared = self.hits / self.of, SURE * SURE
        middle = (share + squared / (2 * self.of)) / (1 + squared / self.of)
        spread = (
            sqrt(share * (1 - share) / self.of + squared / (4 * self.of * self.of)) * SURE / (1 + squared / self.of)
        )
        return 100 * max(0.0, middle - spread), 100 * min(1.0, middle + spread)


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of a set of results; `of_gold` is the exact share for each gold level."""

    accuracy: Share
    accuracy_of_three: Share
    in_range: Share
    safety: Share
    safety_by_one: Share
    over: Share
    comprehensiveness: Share
    named: Share
    of_gold: Mapping[str, Share]
    of_three: Mapping[str, Share]


def evaluate(pack: Pack, vignettes: Sequence[Vignette]) -> tuple[Result, ...]:
    """What each person is told. Raises UnansweredError for a case that leaves an asked question open."""
    return tuple(run(pack, vignette) for vignette in vignettes)


def run(pack: Pack, vignette: Vignette) -> Result:
    """One person's way through the questions, answering as the case says, to the outcome."""
    episode = _begin(pack, vignette)
    while not asking.is_complete(pack, episode):
        question = pack.questions[episode.question or ""]
        ticked = _pressed(pack, episode, question, vignette)
        moved = replace(episode, answers={**episode.answers, question.id: ticked}, trail=(*episode.trail, question.id))
        episode = replace(moved, question=flow.next_question(pack, moved))
    outcome = assess(pack, episode.answers)
    by = pack.levels[vignette.gold].rank - pack.levels[outcome.level].rank
    return Result(vignette, outcome, episode.trail, by)


def _begin(pack: Pack, vignette: Vignette) -> Episode:
    minor = pack.minor is not None and pack.minor[1] in vignette.answers.get(pack.minor[0], ())
    return start(pack, "UTC", minor=minor)


def _pressed(pack: Pack, episode: Episode, question: Question, vignette: Vignette) -> frozenset[str]:
    """What this person can press here: a line they are not shown cannot be ticked."""
    if question.id not in vignette.answers:
        if question.kind == "scale":
            return frozenset({NOT_SURE})
        raise UnansweredError(vignette, question.id)
    given = vignette.answers[question.id]
    shown = given & {*flow.shown_options(pack, episode, question), NOT_SURE}
    return shown or question.alone or frozenset({NOT_SURE})


def figures(pack: Pack, results: Sequence[Result]) -> Figures:
    """The measures over these results, as defined in docs/clinical-safety-measured.md."""
    errors = [each for each in results if each.by]
    named = [each.named for each in results if each.named is not None]
    return Figures(
        accuracy=_share(each.by == 0 for each in results),
        accuracy_of_three=_share(_is_right_of_three(pack, each) for each in results),
        in_range=_share(each.in_range for each in results),
        safety=_share(each.by >= 0 for each in results),
        safety_by_one=_share(each.by >= -1 for each in results),
        over=_share(each.by > 0 for each in errors),
        comprehensiveness=_share(each.outcome.level in pack.levels for each in results),
        named=_share(named),
        of_gold=_of_gold(pack, results),
        of_three=_of_three(pack, results),
    )


def three(pack: Pack, level: str) -> str:
    """The coarse class that the literature counts: emergency, doctor or self-care."""
    if pack.levels[level].alone:
        return "emergency"
    return "self-care" if level == pack.mildest else "doctor"


def confusion(pack: Pack, results: Sequence[Result]) -> dict[str, dict[str, int]]:
    """Gold level -> level told -> how many."""
    table = {gold: dict.fromkeys(pack.levels, 0) for gold in pack.levels}
    for each in results:
        table[each.vignette.gold][each.outcome.level] += 1
    return table


def _is_right_of_three(pack: Pack, result: Result) -> bool:
    return three(pack, result.outcome.level) == three(pack, result.vignette.gold)


def _of_three(pack: Pack, results: Sequence[Result]) -> dict[str, Share]:
    found = {}
    for name in ("emergency", "doctor", "self-care"):
        mine = [each for each in results if three(pack, each.vignette.gold) == name]
        found[name] = _share(_is_right_of_three(pack, each) for each in mine)
    return found


def _of_gold(pack: Pack, results: Sequence[Result]) -> dict[str, Share]:
    return {level: _share(each.by == 0 for each in results if each.vignette.gold == level) for level in pack.levels}


def _share(values: Iterable[bool]) -> Share:
    listed = list(values)
    return Share(sum(listed), len(listed))
