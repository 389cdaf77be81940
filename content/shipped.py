"""Where the packs lie that come with the program."""

from __future__ import annotations

from pathlib import Path

PACKS = Path(__file__).parent / "packs"
FIRST_PACK = PACKS / "leg-tingling"
