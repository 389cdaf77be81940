"""The pages of the documentation, and every command line that stands in them."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parent.parent
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
# What a line begins with that is a command of ours, or of a tool that our pages teach.
BEGINS = re.compile(r"(?:[A-Z_]+=\S+ )*(uv|uvx|stridecheck|docker compose|python|pytest) (?![=])")
FENCE = re.compile(r"^\s*```")
INLINE = re.compile(r"`([^`]+)`")
# A command as another user, in a folder of its own; and where it is installed.
AS_USER = re.compile(r"(?:sudo (?:-u \S+ )?)?sh -c '([^']*)'")
INSTALLED = re.compile(r"(?:exec )?/\S+/bin/(stridecheck) ")
# A place to fill in, as pages write it, and something that may stand there.
PLACES = {
    "USER_ID": "11111111",
    "N": "1",
    "ID": "leg-tingling",
    "OLD": "leg-tingling",
    "NEW": "runner-itch",
    "FOLDER": "my-pack",
    "ZIP": "my-pack.zip",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """One command as a page has it.

    `in_full`: it stands in a block, to be typed as it is; else in a sentence, which may leave words out. `fed`: what an
    `echo` before it writes into it.
    """

    page: str
    line: int
    words: tuple[str, ...]
    in_full: bool
    fed: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {shlex.join(self.words)}"


def pages() -> list[str]:
    """Every page, as a path from the top of the repository."""
    found = [*(HOUSE / name for name in TOP), *(HOUSE / "docs").rglob("*.md")]
    return sorted(str(path.relative_to(HOUSE)) for path in found)


def commands(page: str, text: str) -> list[Typed]:
    """Every command line of a page, from its blocks and from its sentences, in order."""
    found = [*_in_blocks(page, text), *_in_sentences(page, text)]
    return sorted(found, key=lambda each: each.line)


def files_named(text: str) -> list[str]:
    """Every file and folder of ours that a page names as code, `*` included."""
    rooms = "|".join(path.name for path in HOUSE.iterdir() if path.is_dir() and path.name[0] != ".")
    return re.findall(rf"`((?:{rooms})/[\w./*-]*)(?: [^`]*)?`", text)


def links(text: str) -> list[str]:
    """Every file that a page links to or shows, as it is written there, without places inside it."""
    found = re.findall(r'\]\(([^)#\s]+)[^)]*\)|(?:src|srcset)="([^"#]+)"', text)
    return [link for pair in found for link in pair if link and "://" not in link]


def blocks(text: str) -> list[tuple[str, str, str]]:
    """The fenced blocks of a page in order: the word behind the fence, the block's title, and what is in it."""
    return re.findall(r'^```(\w*)(?: title="(.*?)")?\n(.*?)^```$', text, re.DOTALL | re.MULTILINE)


def _in_blocks(page: str, text: str) -> Iterator[Typed]:
    whole, first = "", 0
    for number, line, is_code in _lines(text):
        if is_code or line.startswith("    "):
            first = first if whole else number
            whole += line.strip().removeprefix("$ ")
            if not whole.endswith("\\"):
                yield from _split(page, first, whole, in_full=True)
            whole = whole[:-1] if whole.endswith("\\") else ""


def _in_sentences(page: str, text: str) -> Iterator[Typed]:
    prose = "\n".join("" if is_code or line.startswith("    ") else line for _, line, is_code in _lines(text))
    for paragraph in re.finditer(r"(?:.+\n?)+", prose):
        for span in INLINE.finditer(paragraph.group()):
            number = prose.count("\n", 0, paragraph.start() + span.start()) + 1
            yield from _split(page, number, _filled_in(span.group(1)), in_full=False)


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number, and whether it stands in a fenced block."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            is_code = not is_code
            yield number, "", False
        else:
            yield number, line, is_code


def _filled_in(span: str) -> str:
    """A command of a sentence without the marks for a choice and for what may be left out."""
    chosen = re.sub(r"(\S+?)(?:\\?\|\S+)", r"\1", " ".join(span.split()))
    return re.sub(r"[\[\]…]|\.\.\.", "", chosen)


def _split(page: str, number: int, line: str, *, in_full: bool) -> Iterator[Typed]:
    """The commands of one line, which pipes and `&&` may join."""
    line = INSTALLED.sub(r"\1 ", AS_USER.sub(r"\1", line) + " ").strip()
    if not re.search(r"(^|[|;&] *)" + BEGINS.pattern, line + " "):
        return
    marks = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    marks.whitespace_split = True
    fed = ""
    for is_between, group in itertools.groupby(marks, lambda mark: set(mark) <= set("|&;")):
        if is_between:
            continue
        words = [PLACES.get(word, word) for word in itertools.takewhile(lambda mark: mark not in (">", ">>"), group)]
        if BEGINS.match(" ".join(words) + " "):
            yield Typed(page, number, tuple(words), in_full, fed)
        fed = words[1] if words[:1] == ["echo"] else ""
