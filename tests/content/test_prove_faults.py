"""Seeded faults: each one breaks the shipped pack in one place, and some check must say so.

`by` is the check that catches it: "words" and "meaning" when the pack is read, else the part of the proofs.
docs/clinical-safety.md shows this table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from content import prove_alive, prove_invariants
from content.load import PackError, pack_files, parse_pack
from content.pack import Pack
from content.prove import PARTS
from content.prove_ask import Anyone, Lived, Solver
from tests.content.shipped import FOLDER

# That somebody is found is what counts here, however many ticks they have that could be taken away.
HARDLY_ANY = 10_000


class Fault(NamedTuple):
    """One change of one file: `old`, which occurs once, becomes `new`."""

    what: str
    by: str
    old: str
    new: str
    says: str = ""
    file: str = "pack.yaml"
    about: str = ""


FAULTS = [Fault(**each) for each in YAML(typ="safe").load(Path(__file__).with_name("faults.yaml"))]


def broken(fault: Fault) -> dict[str, bytes]:
    """The shipped pack's files with this fault in them."""
    files = pack_files(FOLDER)
    text = files[fault.file].decode()
    assert len(re.findall(re.escape(fault.old), text)) == 1, fault.what
    return {**files, fault.file: text.replace(fault.old, fault.new).encode()}


def caught(fault: Fault) -> tuple[str, list[str]]:
    """Which check catches the fault, and what it says."""
    try:
        pack = parse_pack(broken(fault))
    except PackError as error:
        problems = [str(problem) for problem in error.problems]
        return ("words" if all("yaml" in each and each.startswith("en.") for each in problems) else "meaning"), problems
    return fault.by, [message for message in promises(pack, fault) if message]


def promises(pack: Pack, fault: Fault) -> Iterator[str | None]:
    """What the part of the proofs says that is about this fault: all of it would take minutes for all faults."""
    if fault.by == "invariants":
        pack = replace(pack, invariants=tuple(each for each in pack.invariants if each.id.startswith(fault.says)))
    anyone, lived = Anyone(pack, Solver(little=HARDLY_ANY)), Lived(pack, Solver(little=HARDLY_ANY))
    if fault.by == "scales":
        return (message for _, message in prove_invariants.scale(anyone, lived, fault.about))
    if fault.by == "alive":
        only = tuple(rule for rule in pack.rules if rule.id == fault.about)
        causes = prove_alive.causes(lived, [fault.about] if fault.about in pack.causes else [])
        return (message for _, message in chain(prove_alive.rules(lived, only), causes))
    return (message for _, message in PARTS[fault.by](anyone, lived))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_seeded_fault_is_caught(fault: Fault) -> None:
    by, said = caught(fault)
    assert by == fault.by
    assert any(fault.says in each for each in said), said


def test_there_are_at_least_thirty() -> None:
    assert len(FAULTS) >= 30
