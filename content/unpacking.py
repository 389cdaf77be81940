"""What somebody sent -> the files of a pack. Never trusts it: sizes are counted while unpacking, names are looked at.

A zip with a pack.yaml is a whole pack; any other zip, and a single file, holds changed files of one.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath

from content import simple
from content.pack import Pack
from content.reading import MAX_BYTES, Problem, suggest

MOST_BYTES = 5_000_000
MOST_UNPACKED = 10_000_000
MOST_FILES = 200
CHUNK = 65_536

STRUCTURE = "pack.yaml"
WORDS = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?(\.simple)?\.yaml")
PICTURE = re.compile(r"pictures/[A-Za-z0-9_-]{1,60}\.svg")
CASES = re.compile(r"vignettes[A-Za-z0-9_-]{0,60}\.yaml")
LITTER = re.compile(r"(.*/)?(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)")

Files = dict[str, bytes]


class BadUploadError(ValueError):
    """This cannot be used. `why` is a short id that the bot has words for, `values` what they tell."""

    def __init__(self, why: str, **values: str | int) -> None:
        self.why, self.values = why, values
        super().__init__(f"{why} {values}" if values else why)


def unpack(name: str, data: bytes) -> Files:
    """The files that were sent, by their names in a pack. Raises BadUploadError for anything that is none of a pack."""
    if len(data) > MOST_BYTES:
        raise BadUploadError("large", most=_mb(MOST_BYTES))
    found = _unzipped(data) if name.lower().endswith(".zip") else {_single(name): data}
    for file, content in found.items():
        _look_at(file, content)
    found = {file: content for file, content in found.items() if not CASES.fullmatch(file)}
    if not found:
        raise BadUploadError("empty")
    return found


def put_together(base: Mapping[str, bytes], sent: Iterable[Mapping[str, bytes]]) -> Files:
    """The pack that results from what was sent, oldest first: a whole pack replaces all, changed files only theirs."""
    files = dict(base)
    for each in sent:
        files = dict(each) if STRUCTURE in each and len(each) > 1 else {**files, **each}
    return files


def strays(pack: Pack, files: Iterable[str]) -> list[Problem]:
    """Files of words in languages that the pack does not speak: nobody has looked at them."""
    spoken = {name for language in pack.languages for name in (f"{language}.yaml", simple.file_name(language))}
    return [
        Problem(file, 0, f"the pack does not speak this language; add it to `languages:`, or {suggest(file, spoken)}")
        for file in files
        if WORDS.fullmatch(file) and file not in {*spoken, STRUCTURE}
    ]


def _single(name: str) -> str:
    """A file by itself is named without its folder."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    return f"pictures/{plain}" if plain.lower().endswith(".svg") else plain


def _look_at(file: str, content: bytes) -> None:
    if file.endswith(".yml"):
        raise BadUploadError("yml", file=shown(file))
    if not (file == STRUCTURE or any(each.fullmatch(file) for each in (WORDS, PICTURE, CASES))):
        raise BadUploadError("strange", file=shown(file))
    if len(content) > MAX_BYTES:
        raise BadUploadError("large_file", file=shown(file), most=MAX_BYTES // 1000)
    if not content.strip():
        raise BadUploadError("empty_file", file=shown(file))


def _unzipped(data: bytes) -> Files:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _without_folder(dict(_members(archive)))
    # What zipfile raises for what it cannot read; NotImplementedError is its word for a compression that it has not.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, UnicodeError, ValueError) as error:
        if isinstance(error, BadUploadError):
            raise
        raise BadUploadError("no_zip") from error


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = [each for each in archive.infolist() if not each.is_dir() and not LITTER.fullmatch(each.filename)]
    if len(members) > MOST_FILES:
        raise BadUploadError("many", most=MOST_FILES)
    seen, left = set[str](), MOST_UNPACKED
    for each in members:
        _refuse_a_trick(each, seen)
        seen.add(each.filename.lower())
        content = _read(archive, each, left)
        left -= len(content)
        yield each.filename, content


def _refuse_a_trick(member: zipfile.ZipInfo, seen: set[str]) -> None:
    """Nothing is ever written to a disk; what would harm somebody who does is refused all the same."""
    name, file = member.filename, shown(member.filename)
    if name.startswith("/") or "\\" in member.orig_filename or ":" in name or ".." in PurePosixPath(name).parts:
        raise BadUploadError("path", file=file)
    if not name.isprintable() or "\0" in member.orig_filename:
        raise BadUploadError("path", file=file)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise BadUploadError("link", file=file)
    if member.flag_bits & 0x1:
        raise BadUploadError("locked", file=file)
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BadUploadError("no_zip")
    if name.lower() in seen:
        raise BadUploadError("twice", file=file)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    """What is really in it, not what it says of itself; stops as soon as it is too much."""
    content = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            content += chunk
            if len(content) > left:
                raise BadUploadError("large", most=_mb(MOST_UNPACKED))
            if len(content) > MAX_BYTES:
                raise BadUploadError("large_file", file=shown(member.filename), most=MAX_BYTES // 1000)
    return bytes(content)


def _without_folder(files: Files) -> Files:
    """A zipped folder holds everything one level deeper."""
    folders = {name.partition("/")[0] for name in files}
    if len(folders) == 1 and all("/" in name for name in files) and folders != {"pictures"}:
        return {name.partition("/")[2]: content for name, content in files.items()}
    return files


def shown(name: str) -> str:
    """A name that a message may hold, whatever it was."""
    plain = "".join(each if each.isprintable() else "?" for each in name)
    return plain if len(plain) <= 60 else f"{plain[:57]}..."


def _mb(size: int) -> int:
    return size // 1_000_000
