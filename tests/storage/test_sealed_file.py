"""A sealed file opens whole or not at all: one that was cut, changed or put together from others says so."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest

from storage import sealed_file
from storage.sealed_file import FileError, Reader, Writer
from tests.keys import RING

LUCK = random.Random(5)
LINES = [LUCK.randbytes(40_000).hex().encode() + b"\n" for _ in range(16)]
Parts = list[bytes]


def written(lines: list[bytes] = LINES) -> Parts:
    """Header and chunks, as they follow each other in the file."""
    file = io.BytesIO()
    writer = Writer(file, RING, {"made_at": "today"})
    for line in lines:
        writer.write(line)
    writer.finish()
    file.seek(0)
    parts = [file.readline() + file.readline()]
    while begin := file.read(4):
        parts.append(begin + file.read(int.from_bytes(begin, "big")))
    return parts


FILE, OTHER = written(), written()


def opened(content: bytes) -> list[bytes]:
    return list(Reader(io.BytesIO(content), "a.backup").lines(RING))


def test_what_was_written_is_read_and_nothing_of_it_lies_there_in_plain() -> None:
    assert opened(b"".join(FILE)) == LINES
    assert opened(b"".join(written([]))) == []
    assert len(FILE) > 3
    assert b"secret" not in b"".join(written([b"secret\n" * 9]))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda parts: parts[:-1], "is cut off"),
        (lambda parts: parts[:1], "is cut off after its header"),
        (lambda parts: [*parts[:-1], parts[-1][:-9]], "is cut off"),
        (lambda parts: [*parts, b"\0\0"], "is cut off"),
        (lambda parts: [*parts, parts[-1]], "was changed"),
        (lambda parts: [parts[0], parts[2], parts[1], *parts[3:]], "was changed"),
        (lambda parts: [parts[0], *parts[2:]], "was changed"),
        (lambda parts: [*parts[:-1], OTHER[-1]], "was changed"),
        (lambda parts: [parts[0].replace(b"today", b"later"), *parts[1:]], "was changed"),
        (lambda parts: [*parts[:2], parts[2][:-1] + bytes([parts[2][-1] ^ 1]), *parts[3:]], "was changed"),
        (lambda parts: [parts[0], b"\xff" * 4, *parts[2:]], "was changed"),
        (lambda parts: [sealed_file.MAGIC], "has no header"),
        (lambda parts: [parts[0].replace(b'"format": 1', b'"format": 2')], "newer Stride Check"),
        (lambda parts: [b"SQLite format 3"], "no backup of Stride Check's"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_was_written_is_refused(change: Callable[[Parts], Parts], why: str) -> None:
    with pytest.raises(FileError, match=f"a.backup.*{why}"):
        opened(b"".join(change(FILE)))
