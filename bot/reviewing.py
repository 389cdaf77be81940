"""`stridecheck draw`: a pack for people who read no YAML. One picture, and every rule in words on printable pages."""

from __future__ import annotations

from pathlib import Path

from bot.assessing import find_pack, pack_folder
from bot.review_poster import poster
from bot.review_sheet import sheet
from content.load import pack_files
from content.notes import remarks
from content.telling_rules import Teller


def draw(pack_name: str, out: Path) -> tuple[Path, Path]:
    """Write the picture and the pages into a folder, which is made; returns both paths."""
    pack = find_pack(pack_name)
    text = pack_files(pack_folder(pack_name))["pack.yaml"].decode("utf-8")
    out.mkdir(parents=True, exist_ok=True)
    picture, pages = out / f"{pack.id}.svg", out / f"{pack.id}.html"
    tell = Teller(pack)
    picture.write_text(poster(tell), encoding="utf-8")
    pages.write_text(sheet(tell, remarks(text)), encoding="utf-8")
    return picture, pages
