"""SVG -> PNG, in letters that come with us: a bare machine has no fonts, and without fonts no word would be drawn."""

from __future__ import annotations

from functools import lru_cache

import font_roboto

FONTS = [font_roboto.font_files[name] for name in ("Roboto", "RobotoMedium", "RobotoBold")]
FAMILY = "Roboto"
HEIGHT = 1280


@lru_cache(maxsize=16)
def photo(svg: str) -> bytes:
    """The picture, 1280 pixels high: Telegram keeps no more of a photo. Takes about half a second."""
    return draw(svg, height=HEIGHT)


def draw(svg: str, *, height: int | None = None, zoom: float | None = None) -> bytes:
    """The picture so high, or so many times its own size."""
    import resvg_py  # noqa: PLC0415 - 1 MB, and most who start a bot never see a picture

    content = resvg_py.svg_to_bytes(
        svg_string=svg,
        height=height,
        zoom=zoom,
        skip_system_fonts=True,
        font_files=FONTS,
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    return bytes(content)
