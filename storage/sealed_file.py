"""A file that only our keys open: a header to read, then what was written, pressed together and sealed in chunks.

    Stride Check backup
    {"format":1, ..., "key":"k1", "id":"5f0c..."}                one line, for everybody to read
    length (4 bytes) | box (storage/crypto.py)                   as often as it takes, the last one marked

Each box is bound to the header, its number, and whether it is the last: a file that was cut, put in another order, or
put together from two does not open. Reading and writing hold one chunk in memory.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from storage.crypto import KeysError, Ring

MAGIC = b"Stride Check backup\n"
FORMAT = 1
CHUNK_BYTES = 256 * 1024
LONGEST_HEADER, LONGEST_BOX = 4096, CHUNK_BYTES + 1024
QUICKLY = 1
LENGTH_BYTES = 4
Header = Mapping[str, Any]


class FileError(ValueError):
    """This is no file of ours, or it was changed or cut, or its key is not at hand; the message says which."""


class Writer:
    """Takes lines and seals them under the ring's first key. Nothing is whole before `finish`."""

    def __init__(self, file: BinaryIO, ring: Ring, about: Header) -> None:
        self._file, self._ring = file, ring
        header = {"format": FORMAT, **about, "key": ring.ids[0], "id": secrets.token_hex(16)}
        begin = MAGIC + json.dumps(header).encode() + b"\n"
        file.write(begin)
        self._bound = hashlib.sha256(begin).hexdigest()
        self._press, self._waiting, self._number = zlib.compressobj(QUICKLY), bytearray(), 0

    def write(self, line: bytes) -> None:
        """One more; it ends with a newline."""
        self._waiting += self._press.compress(line)
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]

    def finish(self) -> None:
        """That was all."""
        self._waiting += self._press.flush()
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        box = self._ring.seal(chunk, _place(self._bound, self._number, is_last=is_last))
        self._file.write(len(box).to_bytes(LENGTH_BYTES, "big") + box)
        self._number += 1


class Reader:
    """`header`, for which no key is needed, and the lines. Raises FileError."""

    def __init__(self, file: BinaryIO, name: object) -> None:
        self._file, self._name = file, name
        begin = file.readline(LONGEST_HEADER)
        line = file.readline(LONGEST_HEADER)
        if begin != MAGIC:
            raise FileError(f"{name} is no backup of Stride Check's")
        self.header = self._read(line)
        self._bound = hashlib.sha256(begin + line).hexdigest()

    def _read(self, line: bytes) -> Header:
        try:
            header = json.loads(line)
            known = header["format"] == FORMAT
        except (ValueError, KeyError, TypeError):
            raise FileError(self._damaged("has no header")) from None
        if not known:
            raise FileError(f"{self._name} was written by a newer Stride Check. Cure: use that version")
        return dict(header)

    def lines(self, ring: Ring) -> Iterator[bytes]:
        """Everything that was written, line by line. Raises FileError at the first chunk that is not as it was."""
        self._wants(ring)
        press, rest = zlib.decompressobj(), b""
        for chunk in self._chunks(ring):
            *lines, rest = (rest + press.decompress(chunk)).split(b"\n")
            for line in lines:
                yield line + b"\n"
        if rest or not press.eof:
            raise FileError(self._damaged("ends in the middle"))

    def _wants(self, ring: Ring) -> None:
        key = self.header.get("key")
        if key not in ring.ids:
            raise FileError(
                f"{self._name} was sealed with the key {key}, and ENCRYPTION_KEYS has {', '.join(ring.ids)}. Cure: put "
                f"the key {key} behind the others, with a comma between"
            )

    def _chunks(self, ring: Ring) -> Iterator[bytes]:
        number, box = 0, self._box()
        while box is not None:
            following = self._box()
            yield self._opened(ring, box, number, is_last=following is None)
            number, box = number + 1, following
        if number == 0:
            raise FileError(self._damaged("is cut off after its header"))

    def _box(self) -> bytes | None:
        begin = self._file.read(LENGTH_BYTES)
        if not begin:
            return None
        length = int.from_bytes(begin, "big")
        box = self._file.read(length) if len(begin) == LENGTH_BYTES and length <= LONGEST_BOX else b""
        if not box or len(box) != length:
            raise FileError(self._damaged("was changed, or is cut off"))
        return box

    def _opened(self, ring: Ring, box: bytes, number: int, *, is_last: bool) -> bytes:
        try:
            return ring.open(box, _place(self._bound, number, is_last=is_last))
        except KeysError:
            cut = is_last and self._opens(ring, box, number)
            why = "is cut off" if cut else f"was changed, or its key {self.header['key']} is another one than yours"
            raise FileError(self._damaged(why)) from None

    def _opens(self, ring: Ring, box: bytes, number: int) -> bool:
        try:
            ring.open(box, _place(self._bound, number, is_last=False))
        except KeysError:
            return False
        return True

    def _damaged(self, why: str) -> str:
        return f"{self._name} {why}. Cure: take another backup"


def _place(bound: str, number: int, *, is_last: bool) -> bytes:
    """What a chunk is bound to. Written so once and for all."""
    return f"backup|{bound}|{number}|{'last' if is_last else 'more'}".encode()


def is_one(path: Path) -> bool:
    """Does this file begin as ours do?"""
    with path.open("rb") as file:
        return file.readline(len(MAGIC)) == MAGIC
