"""The quick reader and the careful one: where the quick one gives a tree, it is the tree of the careful one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from content import yaml_careful, yaml_tree
from content.shipped import PACKS
from content.yaml_tree import Tree, UnreadableError

FILES = sorted(PACKS.glob("*/*.yaml"))
SHORT = next(path for path in FILES if path.name == "vignettes.yaml").read_text(encoding="utf-8").splitlines()
SIGNS = (*":-?,[]{}#&*!|>'\"%@` \n\t\\/~<=.0ñ…", "\n  ", " #", ": ", "- ", "|\n", "|-#\n", ">+\n", "? ", "''", "\\x41",
         "{a: b}", "{a:b}", "[a: b]", "---\n", "\u2028", "\x85", "\ufeff", "null", "&a ", "*a", "!!str ")  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_shipped_is_read_quickly_and_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    quick = yaml_tree.quick(text)
    assert quick is not None
    assert quick == yaml_careful.read(text)


def test_a_spoiled_text_is_read_alike_or_left_to_the_careful_reader() -> None:
    chance, quickly = Random(7), 0
    for _ in range(400):
        text = spoiled(chance)
        quick = yaml_tree.quick(text)
        quickly += quick is not None
        assert quick is None or quick == read_carefully(text), text
    assert quickly > 80


def spoiled(chance: Random) -> str:
    """A few lines with a few signs too many or too few."""
    first = chance.randrange(len(SHORT))
    text = "\n".join(SHORT[first : first + chance.randrange(1, 9)])
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(("", *SIGNS)) + text[place + chance.randrange(2) :]
    return text


def read_carefully(text: str) -> Tree | str | None:
    try:
        return yaml_careful.read(text)
    except UnreadableError as error:
        return str(error)
