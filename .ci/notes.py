"""What CHANGELOG.md says about one version, as a release's notes: python .ci/notes.py 1.2.0. Exit code 1: nothing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def notes(changelog: str, version: str) -> str | None:
    """The words between the version's heading and the next one; None when it has no heading, or nothing below it."""
    parts = re.split(r"^## \[?([^]\s]+)\]?.*$", changelog, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True)).get(version, "").strip()
    return found or None


def main() -> None:
    """Print them."""
    found = notes(CHANGELOG.read_text(encoding="utf-8"), version := sys.argv[1])
    if found is None:
        raise SystemExit(
            f"CHANGELOG.md says nothing about {version}. Cure: give '## [Unreleased]' that name and a date"
        )
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
