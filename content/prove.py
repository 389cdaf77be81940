"""prove(pack): the pack's promises hold for every possible answer set, or here is somebody for whom one does not.

The promises are the pack's own `invariants:` and `scales:`, and those of every pack: no red flag is passed over, no
rule or cause is dead, no question is idle, and every outcome says what to do, where that comes from, and when to come
back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from content import prove_alive, prove_invariants, prove_outcomes
from content.pack import Pack
from content.prove_ask import Anyone, Lived
from content.prove_flow import unordered

Where = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A promise that does not hold: the place in the pack, and who shows it."""

    where: Where
    message: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What came out: how many promises were looked at, and those that fail."""

    promises: int
    failures: tuple[Failure, ...]


Part = Callable[[Anyone, Lived], Iterator[tuple[Where, str | None]]]
PARTS: Mapping[str, Part] = {
    "invariants": prove_invariants.declared,
    "scales": prove_invariants.ordered,
    "outcomes": prove_outcomes.told,
    "alive": prove_alive.alive,
}


def prove(pack: Pack, parts: Iterable[str] = PARTS) -> Proof:
    """Every promise of these parts over every possible answer set, decided by a solver. Takes seconds, not minutes."""
    unclear = unordered(pack)
    if unclear:
        return Proof(len(unclear), tuple(Failure(("flow", str(line)), _unclear(name)) for line, name in unclear))
    results = list(each_promise(pack, parts))
    return Proof(len(results), tuple(each for each in results if each is not None))


def each_promise(pack: Pack, parts: Iterable[str] = PARTS) -> Iterator[Failure | None]:
    """Promise by promise: None, or how it fails. Whoever has seen enough stops asking."""
    anyone, lived = Anyone(pack), Lived(pack)
    for part in parts:
        for where, message in PARTS[part](anyone, lived):
            yield Failure(where, message) if message else None


def _unclear(question: str) -> str:
    return f"looks at `{question}`, which is asked only later; nothing can be proved of such a flow. Ask it before"
