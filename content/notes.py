"""The remarks that a pack's author wrote above the rules: headings for whoever reviews them."""

from __future__ import annotations

import re

SECTION = re.compile(r"^(\w+):")
ENTRY = re.compile(r"^  (\w+):")
REMARK = re.compile(r"^  # ?(.*)")


def remarks(text: str, section: str = "rules") -> dict[str, str]:
    """Rule id -> the remark right above it, in one line. It stands for the rules below, up to the next remark."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    inside = False
    for line in text.splitlines():
        if start := SECTION.match(line):
            inside, waiting = start[1] == section, []
        elif inside and (remark := REMARK.match(line)):
            waiting.append(remark[1].strip())
        elif inside and (entry := ENTRY.match(line)):
            if waiting:
                found[entry[1]] = " ".join(waiting)
            waiting = []
        elif not line.strip():
            waiting = []
    return found
