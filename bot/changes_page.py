"""Two versions side by side, as a page to read before the newer one is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from textwrap import dedent
from typing import Any

from bot.author import MAPPINGS, WHOLES
from bot.review_style import STYLE
from content.pack import Pack
from content.reading import Node, Problems, read_bytes

Files = Mapping[str, bytes]
MOST_SHOWN = 400
MOST_LENGTH = 6000
RULES = "rules"
WORDS = "words"
PICTURES = "pictures"

OWN_STYLE = """
body { max-width: 1000px; }
ul.told li { margin: 4px 0; }
.less h2, .less li::marker { color: #a11212; }
td { font-family: inherit; white-space: pre-wrap; }
td.code { font: 12px/1.4 "DejaVu Sans Mono", monospace; }
td:first-child { width: 50%; }
tr.place td { background: #f4f5f7; font-weight: bold; }
mark { background: #ffe9a8; color: inherit; }
.nothing { color: #5c5f66; font-style: italic; }
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: which part of the pack, its name, and how it stands in either version ("": nowhere)."""

    part: str
    place: str
    old: str
    new: str


def changes(old: Pack, old_files: Files, new: Pack, new_files: Files) -> list[Change]:
    """Everything that differs, place by place, as its author wrote it."""
    before, after = _written(old_files), _written(new_files)
    found = [] if old.version == new.version else [Change("version", "", old.version, new.version)]
    for part in (*MAPPINGS, RULES):
        found += _entries(part, _mapping(old, part), _mapping(new, part), before, after)
    for part in WHOLES:
        if getattr(old, part) != getattr(new, part):
            found.append(Change(part, "", _source(before, (part,)), _source(after, (part,))))
    for language in dict.fromkeys((*old.wordings, *new.wordings)):
        found += _words(language, old.wordings.get(language, {}), new.wordings.get(language, {}))
    return found


def counts(found: Iterable[Change]) -> dict[str, int]:
    """How many places differ in each part of the pack."""
    return dict(Counter(each.part for each in found))


def _mapping(pack: Pack, part: str) -> Mapping[Any, object]:
    return {rule.id: rule for rule in pack.rules} if part == RULES else getattr(pack, part)


def _entries(
    part: str, old: Mapping[Any, object], new: Mapping[Any, object], before: _Written, after: _Written
) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            path = (part, *(map(str, key) if isinstance(key, tuple) else (str(key),)))
            texts = [_source(each, path) if key in have else "" for each, have in ((before, old), (after, new))]
            yield Change(part, ".".join(path[1:]), *texts)


def _words(language: str, old: object, new: object, path: tuple[str, ...] = ()) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys((*old, *new)):
            yield from _words(language, old.get(name, ""), new.get(name, ""), (*path, str(name)))
        return
    if old != new:
        yield Change(WORDS, f"{language}: {' '.join(path)}", _plain(old), _plain(new))


def _plain(words: object) -> str:
    if isinstance(words, Mapping):
        return "\n".join(f"{name}: {_plain(each)}" for name, each in words.items())
    return str(words)


@dataclass(frozen=True, slots=True)
class _Written:
    """A pack.yaml as a tree and as a text."""

    root: Node | None
    text: str


def _written(files: Files) -> _Written:
    data = files["pack.yaml"]
    return _Written(read_bytes(data, "pack.yaml", Problems()), data.decode("utf-8", "replace"))


def _source(written: _Written, path: tuple[str, ...]) -> str:
    """The lines of a place as they stand in the file; nothing when the place is written elsewhere (a drawing)."""
    node = written.root
    for name in path:
        if node is None or not isinstance(node.raw.value, list) or node.is_text:
            return ""
        node = node.entries().get(name)
    if node is None:
        return ""
    text = written.text[node.raw.start : node.raw.end]
    return dedent(" " * node.raw.column + text.rstrip("\n "))[:MOST_LENGTH]


# --- the page ---------------------------------------------------------------------------------------------------------


def page(old: Pack, new: Pack, document: Mapping[str, Any], found: list[Change]) -> str:
    """One HTML page without anything from elsewhere."""
    title = f"{old.id} {old.version} → {new.id} {new.version}"
    body = [
        f"<h1>{escape(title)}</h1>",
        *_notes(document),
        *_told(document),
        *_concerned(document),
        *_side_by_side(found),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{OWN_STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


NOBODY = "Decided for every possible set of answers: nobody is told anything else before the check-ins."
WHY_UNCLEAR = {
    "check_ins": "Check-ins change. Whether one of them becomes less urgent cannot be told: read them below.",
    "recall": "What counts when a complaint comes back changes. Whether that makes it less urgent cannot be told: "
    "read it below.",
    "promises": "A promise that was proved is changed or taken away: read it below.",
    "other_pack": "This is another pack than the one that is live. What people are told cannot be compared: every new "
    "check would be about something else.",
    "undecided": "Whether somebody is told something less urgent could not be decided in time. "
    "Take it that somebody is.",
}


def _notes(document: Mapping[str, Any]) -> Iterator[str]:
    for note in document["notes"]:
        yield f"<p>{escape(note)}</p>"
    for why in document["unclear"]:
        yield f'<p class="gap">{escape(WHY_UNCLEAR[why])}</p>'


def _told(document: Mapping[str, Any]) -> Iterator[str]:
    yield from _list("Less urgent now", document["less"], "less")
    yield from _list("More urgent now", document["more"])
    yield from _list("At the same level", document["alike"])
    known = not {"other_pack", "undecided"} & set(document["unclear"])
    if known and not (document["less"] or document["more"] or document["alike"]):
        yield f"<p>{NOBODY}</p>"


def _list(title: str, lines: list[str], kind: str = "") -> Iterator[str]:
    if lines:
        items = "".join(f"<li>{escape(line.rstrip('.'))}.</li>" for line in lines)
        yield f'<section class="{kind}"><h2>{escape(title)}</h2><ul class="told">{items}</ul></section>'


def _concerned(document: Mapping[str, Any]) -> Iterator[str]:
    found = document["concerned"]
    if found is None:
        return
    if not found["episodes"]:
        yield "<h2>No check is open now</h2>"
        return
    yield (
        f"<h2>Open checks: {found['episodes']}</h2><p>They stay on the version that they began with. The new one "
        f"would say something less urgent to {found['less_urgent']}, something more urgent to "
        f"{found['more_urgent']}, and something else at the same level to "
        f"{found['other_causes'] + found['other_advice']}. Still being asked: {found['in_triage']}.</p>"
    )
    if found["at"]:
        rows = "".join(f"<li>{escape(name or 'the end')}: {count}</li>" for name, count in sorted(found["at"].items()))
        yield f"<p>Where those who are still being asked would stand:</p><ul>{rows}</ul>"


def _side_by_side(found: list[Change]) -> Iterator[str]:
    for part in dict.fromkeys(each.part for each in found):
        mine = [each for each in found if each.part == part]
        rows = "".join(map(_row, mine[:MOST_SHOWN]))
        more = f"<p>And {len(mine) - MOST_SHOWN} more.</p>" if len(mine) > MOST_SHOWN else ""
        head = "<thead><tr><th>Live now</th><th>New</th></tr></thead>"
        yield f"<h2>{escape(part)} ({len(mine)})</h2><table>{head}<tbody>{rows}</tbody></table>{more}"


def _row(change: Change) -> str:
    kind = "" if change.part == WORDS else ' class="code"'
    sides = _marked(change.old, change.new), _marked(change.new, change.old)
    cells = "".join(f"<td{kind}>{side or _nothing(change)}</td>" for side in sides)
    place = f'<tr class="place"><td colspan="2">{escape(change.place)}</td></tr>' if change.place else ""
    return f"{place}<tr>{cells}</tr>"


def _marked(text: str, other: str) -> str:
    """The lines that the other version does not have stand out, when there are several."""
    lines, known = text.splitlines(), set(other.splitlines())
    if len(lines) < 2 or not known:
        return escape(text)
    return "\n".join(escape(line) if line in known else f"<mark>{escape(line)}</mark>" for line in lines)


def _nothing(change: Change) -> str:
    if change.part == PICTURES and (change.old or change.new) == "":
        return '<span class="nothing">another drawing</span>'
    return '<span class="nothing">nothing</span>'
