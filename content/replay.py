"""Open episodes replayed through two versions of their pack: how many people a change concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from content import differing, flow
from content.assess import assess
from content.episode import TRIAGE, Episode
from content.pack import Answers, Pack


@dataclass(frozen=True, slots=True)
class Concerned:
    """Counts of open episodes. `at`: the questions at which those still in triage stand in the new version.

    The first five are of those whose triage is over, and none is counted twice; `other_advice`: the same level and
    causes, but another plan, ice, advice or somebody else to see; `moved` are those in triage who would
    be asked another question next than in the old version.
    """

    same: int = 0
    less_urgent: int = 0
    more_urgent: int = 0
    other_causes: int = 0
    other_advice: int = 0
    in_triage: int = 0
    moved: int = 0
    at: Mapping[str, int] = field(default_factory=dict)

    @property
    def episodes(self) -> int:
        told = self.same + self.less_urgent + self.more_urgent + self.other_causes + self.other_advice
        return told + self.in_triage


def replay(old: Pack, new: Pack, episodes: Iterable[Episode]) -> Concerned:
    """What becomes of these episodes' answers in either version."""
    asking, told = list[Episode](), list[Episode]()
    for episode in episodes:
        (asking if episode.form == TRIAGE and episode.state == "asking" else told).append(episode)
    became = Counter(_became(old, new, episode.answers) for episode in told)
    stands = [(_stands(old, each), _stands(new, each)) for each in asking]
    return Concerned(
        **became,
        in_triage=len(asking),
        moved=sum(a != b for a, b in stands),
        at=dict(Counter(new for _, new in stands)),
    )


def changed(old: Pack, new: Pack, answers: Answers) -> bool:
    """Does the new version tell somebody with these answers anything else: level, causes, plan, ice, or advice?"""
    return _became(old, new, answers) != "same"


def _became(old: Pack, new: Pack, answers: Answers) -> str:
    before, after = assess(old, answers), assess(new, answers)
    rank, later = old.levels[before.level].rank, new.levels[after.level].rank
    if rank != later:
        return "less_urgent" if rank < later else "more_urgent"
    if [each.cause for each in before.causes] != [each.cause for each in after.causes]:
        return "other_causes"
    return "other_advice" if differing.differences(old, new, answers, answers) else "same"


def _stands(pack: Pack, episode: Episode) -> str:
    return flow.next_question(pack, episode) or ""
