"""Colours and the style sheet that the review sheet and the poster share."""

from __future__ import annotations

# From the most urgent level on. White text on each of them has a contrast of at least 4.5.
LEVEL_COLOURS = ("#a11212", "#b3470a", "#7a5c00", "#1f5f99", "#2b6e3a")

STYLE = """
@page { size: A4 landscape; margin: 12mm; }
* { box-sizing: border-box; }
body { font: 13px/1.4 "DejaVu Sans", Arial, sans-serif; color: #1b1b1f; margin: 24px auto; max-width: 1240px;
  padding: 0 16px; }
h1 { font-size: 24px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 28px 0 8px; break-after: avoid; }
.stamp { color: #5c5f66; margin-top: 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: 5px 8px; border: 1px solid #c9ccd3; overflow-wrap: anywhere; }
th { background: #f4f5f7; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
tr.remark td { background: #f4f5f7; font-style: italic; border-top: 2px solid #8d929c; }
tr.remark { break-after: avoid; }
.level { display: inline-block; color: #fff; font-weight: bold; border-radius: 4px; padding: 0 6px; }
.gap { color: #a11212; font-weight: bold; }
.small { color: #5c5f66; font-size: 11px; }
ol { margin: 0; padding-left: 20px; }
a { color: inherit; }
table.levels th:nth-child(1) { width: 6%; } table.levels th:nth-child(2) { width: 50%; }
table.levels th:nth-child(4) { width: 14%; }
table.rules th:nth-child(1) { width: 6%; } table.rules th:nth-child(2) { width: 9%; }
table.rules th:nth-child(4) { width: 20%; } table.rules th:nth-child(5) { width: 11%; }
table.causes th:nth-child(1) { width: 20%; } table.causes th:nth-child(2) { width: 13%; }
table.causes th:nth-child(3) { width: 25%; } table.causes th:nth-child(5) { width: 9%; }
table.plans th:nth-child(1) { width: 12%; } table.plans th:nth-child(2) { width: 26%; }
table.questions th:nth-child(1) { width: 24%; } table.questions th:nth-child(2) { width: 10%; }
table.ice thead { display: none; } table.ice td:nth-child(1) { width: 16%; }
table.glossary th:nth-child(1) { width: 16%; }
table.sources th:nth-child(1) { width: 6%; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10.5px; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""


def colour(rank: int) -> str:
    """The colour of a level, by its rank."""
    return LEVEL_COLOURS[min(rank, len(LEVEL_COLOURS) - 1)]
