"""Versions of the shipped pack that can be told apart by looking: each question says which version it is of."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from content import words
from content.shipped import PACKS

SHIPPED = 0
# Figures would be missed in the easier words: a pack is checked for that.
LETTERS, FIGURES = str.maketrans("0123456789", "abcdefghij"), str.maketrans("abcdefghij", "0123456789")
ASKED = re.compile(r'^(    ask: ")(.*)"$', re.MULTILINE)


class Stamped:
    """A copy of the pack in `folder`, written anew for each version; `asked_in` tells whose questions a text has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(PACKS / "leg-tingling", folder)
        self._words = (folder / "en.yaml").read_text(encoding="utf-8")
        self._structure = (folder / "pack.yaml").read_text(encoding="utf-8")
        our_own = set(words.catalogue("en").values())  # the first meeting asks for the age, too
        self._questions = [question for _, question in ASKED.findall(self._words) if question not in our_own]
        either = "|".join(map(re.escape, self._questions))
        self._pattern = re.compile(rf"(?:\[([a-j]+)\] )?({either})")

    def write(self, version: int) -> None:
        """The folder is this version from here on."""
        stamp = str(version).translate(LETTERS)
        asking = ASKED.sub(rf'\g<1>[{stamp}] \g<2>"', self._words)
        (self.folder / "en.yaml").write_text(asking, encoding="utf-8")
        structure = self._structure.replace('version: "1"', f'version: "1.{version}"', 1)
        (self.folder / "pack.yaml").write_text(structure, encoding="utf-8")

    def asked_in(self, text: str) -> list[tuple[int, int]]:
        """The questions that this text asks: of which version each is, and the how manieth of the pack."""
        found = self._pattern.findall(text)
        return [(int(stamp.translate(FIGURES) or SHIPPED), self._questions.index(words)) for stamp, words in found]


def number(version: str) -> int:
    """Which of ours a pack is that calls itself so."""
    return int(version.partition(".")[2] or SHIPPED)
