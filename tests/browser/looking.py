"""Looks at a page as a picture (kept in SCREENSHOTS, a folder, when that is set) and as a screen reader would."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe

from tests.browser.visitor import Visitor

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


async def look(visitor: Visitor, name: str) -> None:
    """No violation of WCAG 2.1 AA in what is on the screen now."""
    if folder := os.environ.get("SCREENSHOTS"):
        await visitor.page.wait_for_timeout(700)
        await visitor.page.screenshot(path=Path(folder) / f"{name}.png")
    found = (await Axe().run(visitor.page, options=RULES)).response["violations"]
    wrong = [f"{each['id']}: {node['html']}\n{node['failureSummary']}" for each in found for node in each["nodes"]]
    assert not wrong, f"{name}: {len(wrong)} violations\n" + "\n".join(wrong)
