"""Calm(pack): the lines of a check-in that change nothing as long as no red flag is ticked.

Either such a line is never reached then, or it asks for red flags, and "none of these" is an answer that nothing sees.
Lives that differ in these lines only have the same calm future. What a red flag means is followed apart from that, for
each check-in and level, and hangs on no calm answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import InitVar, dataclass, field

from content.assess import Known
from content.conditions import Condition, Ticked, holds
from content.pack import Answers, Ask, Pack

# What the engine adds to the answers that a condition may look at.
FACTS = frozenset({"level", "step", "timing", "change", "verdict", "appointment", "doctor"})


@dataclass(slots=True)
class Calm:
    """Kept as long as one exploration: each line is looked at once. `seen`: all that any condition looks at."""

    pack: Pack
    seen: InitVar[Iterable[Condition]]
    _gates: frozenset[str] = field(init=False)
    _known: Known = field(init=False)
    _found: dict[Ask, bool] = field(default_factory=dict)

    def __post_init__(self, seen: Iterable[Condition]) -> None:
        gates = {each.id: each.alone for each in self.pack.questions.values() if each.kind == "gate"}
        told = {
            part.question
            for part in seen
            if isinstance(part, Ticked) and not gates.get(part.question, frozenset()).isdisjoint(part.options)
        }
        self._gates = frozenset(gates) - told
        calm: Answers = {gate: frozenset() for gate in self._gates}
        self._known = Known(self.pack, calm, (frozenset(self.pack.questions) | FACTS) - self._gates)

    def lines(self, asked: Iterable[Ask]) -> tuple[Ask, ...]:
        """Those of these lines that may make a difference without a red flag."""
        return tuple(ask for ask in asked if not self._is_blind(ask))

    def _is_blind(self, ask: Ask) -> bool:
        if ask not in self._found:
            self._found[ask] = ask.question in self._gates or holds(ask.when, self._known) is False
        return self._found[ask]
