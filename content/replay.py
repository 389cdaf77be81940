"""Open episodes replayed through two versions of their pack: how many people a change concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from content import flow
from content.assess import Outcome, assess
from content.episode import TRIAGE, Episode
from content.pack import Answers, Pack


@dataclass(frozen=True, slots=True)
class Concerned:
    """Counts of open episodes. `at`: the questions at which those still in triage stand in the new version.

    The first four are of those whose triage is over, and none is counted twice; `moved` are those in triage who would
    be asked another question next than in the old version.
    """

    same: int = 0
    less_urgent: int = 0
    more_urgent: int = 0
    other_causes: int = 0
    in_triage: int = 0
    moved: int = 0
    at: Mapping[str, int] = field(default_factory=dict)

    @property
    def episodes(self) -> int:
        return self.same + self.less_urgent + self.more_urgent + self.other_causes + self.in_triage


def replay(old: Pack, new: Pack, episodes: Iterable[Episode]) -> Concerned:
    """What becomes of these episodes' answers in either version."""
    asking, told = list[Episode](), list[Episode]()
    for episode in episodes:
        (asking if episode.form == TRIAGE and episode.state == "asking" else told).append(episode)
    became = Counter(_became(old, new, episode.answers) for episode in told)
    stands = [(_stands(old, each), _stands(new, each)) for each in asking]
    return Concerned(
        **became, in_triage=len(asking), moved=sum(a != b for a, b in stands), at=Counter(new for _, new in stands)
    )


def _became(old: Pack, new: Pack, answers: Answers) -> str:
    before, after = assess(old, answers), assess(new, answers)
    rank, later = old.levels[before.level].rank, new.levels[after.level].rank
    if rank != later:
        return "less_urgent" if rank < later else "more_urgent"
    same = [each.cause for each in before.causes] == [each.cause for each in after.causes]
    return "same" if same else "other_causes"


def advice_changes(old: Pack, new: Pack, answers: Answers) -> bool:
    """Is anything of what follows from these answers different: level, causes, plan, ice, or what is advised?"""
    return _advice(assess(old, answers)) != _advice(assess(new, answers))


def _advice(outcome: Outcome) -> tuple[object, ...]:
    causes = tuple(each.cause for each in outcome.causes)
    told = (outcome.steps, outcome.avoid, outcome.net, outcome.whom, outcome.says)
    return (outcome.level, causes, outcome.plan, outcome.may_ice, *told)


def _stands(pack: Pack, episode: Episode) -> str:
    return flow.next_question(pack, episode) or ""
