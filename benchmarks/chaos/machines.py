"""Three machines and everything they can do, in thousands of orders: a check, the outbox, a message to many.

Hypothesis draws what happens (tests/machines), compares with a model after every step, and shrinks what fails to a
short script, which is printed.
"""

from __future__ import annotations

import asyncio
import traceback
from argparse import ArgumentParser, Namespace

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from benchmarks.chaos import bugs
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from tests.machines.broadcast import BroadcastMachine
from tests.machines.episode import EpisodeMachine
from tests.machines.outbox import OutboxMachine

MACHINES: dict[str, type[RuleBasedStateMachine]] = {
    "a check": EpisodeMachine,
    "the outbox": OutboxMachine,
    "a message to many": BroadcastMachine,
}


def options(parser: ArgumentParser) -> None:
    """How many walks of each, and how long one is."""
    parser.add_argument("--examples", type=int, default=3000)
    parser.add_argument("--steps", type=int, default=40)


async def run(place: Place, given: Namespace) -> Verdict:
    """One machine after the other."""
    for name in place.bugs:
        bugs.BUGS[name].put_in()
    database = place.database()
    OutboxMachine.database = BroadcastMachine.database = database
    broken = {
        name: int(not await asyncio.to_thread(_holds, machine, place, given)) for name, machine in MACHINES.items()
    }
    database.close()
    return Verdict(broken, {"walks of each machine": given.examples, "steps of a walk, at most": given.steps})


def _holds(machine: type[RuleBasedStateMachine], place: Place, given: Namespace) -> bool:
    """Did every walk hold? One that does not is printed, as short as it can be made."""
    chosen = settings(
        max_examples=given.examples,
        stateful_step_count=given.steps,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    try:
        run_state_machine_as_test(seed(place.seed)(machine), settings=chosen)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        traceback.print_exc()
        return False
    return True
