"""A few walks of each machine in every run; thousands of them in the bench (`python -m benchmarks.chaos machines`)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from storage.database import Database
from tests.keys import RING
from tests.machines.broadcast import BroadcastMachine
from tests.machines.episode import EpisodeMachine
from tests.machines.outbox import OutboxMachine

FEW = settings(
    max_examples=8,
    stateful_step_count=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_check_replays_and_keeps_its_urgency_whatever_is_pressed() -> None:
    run_state_machine_as_test(EpisodeMachine, settings=FEW)


def test_the_outbox_loses_nothing_whatever_happens(sqlite_url: str) -> None:
    walk(OutboxMachine, sqlite_url)


def test_a_broadcast_reaches_everybody_once_whatever_happens(sqlite_url: str) -> None:
    walk(BroadcastMachine, sqlite_url)


def walk(machine: type[OutboxMachine | BroadcastMachine], url: str) -> None:
    """On a database of its own."""
    machine.database = Database(url, ring=RING)
    run_state_machine_as_test(machine, settings=FEW)
    machine.database.close()
