"""A pack's pictures: SVG drawings with places for words, filled in one language. Here nobody knows what a PNG is.

`<text x="40" y="80" font-size="36" data-width="300">{front}</text>` holds one place and nothing else. The words may
take several lines of that width, centred on y. `{front}` is a label of this picture,
`{questions.where.options.calf.label}` any other text of the language's file.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
SHAPES = frozenset(
    ("svg", "g", "defs", "use", "clipPath", "linearGradient", "stop", "title", "desc", "text", "path", "circle",
     "ellipse", "rect", "line", "polyline", "polygon")
)  # fmt: skip
# The one thing that may stand in <? ... ?>: without another "<", in which the beginning of a comment could hide.
HEADER = re.compile(r"\A\ufeff?<\?xml\s[^<>]*\?>")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
PLACE = re.compile(r"\{([A-Za-z0-9_+.-]+)\}")
LETTER, LEADING, DEFAULT_SIZE = 0.52, 1.16, 16.0

Find = Callable[..., str]


class PictureError(ValueError):
    """This is no picture that we draw; the message says why, `line` where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def parse(data: bytes) -> str:
    """The drawing's text, made of plain shapes only. Raises PictureError: nothing may run, and nothing is fetched."""
    try:
        text = data.decode("utf-8")
        body = HEADER.sub("", text, count=1)
        if "<?" in body or "<!" in COMMENT.sub("", body):
            raise PictureError(1, "has a <!...> or <?...>; plain SVG needs none")
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE gets here, so there are no entities to blow up
    except UnicodeDecodeError:
        raise PictureError(1, "is not UTF-8; save it as UTF-8") from None
    except ET.ParseError as error:
        raise PictureError(error.position[0], f"is not XML: {error}") from None
    for each in root.iter():
        _refuse_strangers(text, each)
    return text


def _refuse_strangers(text: str, element: ET.Element) -> None:
    name = element.tag.removeprefix(f"{{{SVG}}}")
    if name not in SHAPES:
        raise PictureError(_line_of(text, f"<{name}"), f"<{name}> is not drawn here; use {', '.join(sorted(SHAPES))}")
    for key, value in element.attrib.items():
        link = key.endswith("href") and not value.startswith("#")
        if link or key.startswith("on") or re.search(r"url\((?!#)", value):
            raise PictureError(_line_of(text, value), f"{key}={value!r}: a picture points to nothing outside itself")
    for child in element:
        if name == "text" or (child.text and PLACE.search(child.text) and not child.tag.endswith("}text")):
            raise PictureError(
                _line_of(text, "<" + child.tag.rpartition("}")[2]), "words stand in a <text> of their own"
            )


def _line_of(text: str, part: str) -> int:
    return text[: max(text.find(part), 0)].count("\n") + 1


def places(svg: str) -> Iterator[tuple[int, str]]:
    """Every place for words, with its line."""
    for match in PLACE.finditer(svg):
        yield svg[: match.start()].count("\n") + 1, match[1]


def path(picture: str, place: str) -> tuple[str, ...]:
    """Where the words of a place stand in the language's file."""
    return tuple(place.split(".")) if "." in place else ("pictures", picture, "labels", place)


def fill(svg: str, picture: str, find: Find) -> str:
    """The drawing with its words. `find` gives the text at a path of the language's file."""
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)  # noqa: S314 - the pack's own, and `parse` has looked at it
    for element, size in _texts(root, DEFAULT_SIZE):
        words = PLACE.sub(lambda match: find(*path(picture, match[1])), element.text or "")
        _write(element, words.strip(), size)
    return ET.tostring(root, encoding="unicode")


def _texts(element: ET.Element, size: float) -> Iterator[tuple[ET.Element, float]]:
    """Every <text> with the size of its letters, its own or that of the group it stands in."""
    size = float(element.get("font-size", size))
    if element.tag == f"{{{SVG}}}text":
        yield element, size
    for child in element:
        yield from _texts(child, size)


def _write(element: ET.Element, words: str, size: float) -> None:
    """The words as lines, centred on the element's y."""
    width = float(element.attrib.pop("data-width", "0"))
    lines = _lines(words, int(width / (size * LETTER))) if width else [words]
    top = float(element.get("y", "0")) - (len(lines) - 1) * size * LEADING / 2
    element.text = None
    for number, line in enumerate(lines):
        place = {"x": element.get("x", "0"), "y": f"{top + number * size * LEADING:g}"}
        ET.SubElement(element, f"{{{SVG}}}tspan", place).text = line


def _lines(words: str, letters: int) -> list[str]:
    """As few lines as fit, about equally long."""
    fewest = textwrap.wrap(words, letters, break_long_words=False)
    for narrower in range(letters // 2, letters):
        lines = textwrap.wrap(words, narrower, break_long_words=False)
        if len(lines) == len(fewest) and max(map(len, lines)) <= max(map(len, fewest)):
            return lines
    return fewest
