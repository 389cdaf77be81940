"""Fifty-odd things that somebody may send instead of a pack: by mistake, by accident, or on purpose."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from dataclasses import dataclass

from tests.content.tiny import STRUCTURE, WORDS, tiny_files

PACK, EN = STRUCTURE.encode(), WORDS.encode()


@dataclass(frozen=True, slots=True)
class Bad:
    """Something sent, and the words or the reason that it is refused with."""

    what: str
    name: str
    data: bytes
    why: str


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is in it twice
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def _whole(*more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    return zipped(*tiny_files().items(), *more)


def _special(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    return info


def _locked() -> bytes:
    """The flag that says: with a password."""
    data = bytearray(zipped(("pack.yaml", PACK)))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(sign) + place
        data[start : start + 2] = struct.pack("<H", 1)
    return bytes(data)


def _liar() -> bytes:
    """Says that it is small, and is not."""
    data, size = bytearray(zipped(("pack.yaml", b"a" * 400_000))), struct.pack("<L", 400_000)
    while size in data:
        start = data.index(size)
        data[start : start + 4] = struct.pack("<L", 10)
    return bytes(data)


def _broken(change: int) -> bytes:
    data = bytearray(zipped(("pack.yaml", PACK)))
    data[change] ^= 0xFF
    return bytes(data)


def _changed(old: str, new: str) -> bytes:
    assert STRUCTURE.count(old) == 1, old
    return STRUCTURE.replace(old, new).encode()


BOMB = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 121))

ZIPS = (
    Bad("no zip at all", "p.zip", b"hello", "no_zip"),
    Bad("an empty zip file", "p.zip", b"", "no_zip"),
    Bad("a zip of nothing", "p.zip", zipped(), "empty"),
    Bad("a zip of litter", "p.zip", zipped(("__MACOSX/._pack.yaml", b"x"), (".DS_Store", b"x")), "empty"),
    Bad("half a zip", "p.zip", _whole()[:200], "no_zip"),
    Bad("a damaged member", "p.zip", _broken(60), "no_zip"),
    Bad("a zip of 10 MB", "p.zip", b"PK\x03\x04" + b"x" * 10_000_000, "large"),
    Bad("a zip bomb", "p.zip", _whole(("es.yaml", b"a" * 50_000_000)), "large_file"),
    Bad("many middling files", "p.zip", zipped(*((f"pictures/{n}.svg", b"a" * 290_000) for n in range(40))), "large"),
    Bad("a lie about its size", "p.zip", _liar(), "no_zip"),
    Bad("a zip in a zip", "p.zip", zipped(("inner.zip", _whole())), "strange"),
    Bad("too many files", "p.zip", zipped(*((f"pictures/p{n}.svg", b"x") for n in range(201))), "many"),
    Bad("a way out of the folder", "p.zip", _whole(("../../etc/cron.d/x.yaml", b"a")), "path"),
    Bad("a hidden way out", "p.zip", _whole(("pictures/../../x.svg", b"a")), "path"),
    Bad("an absolute path", "p.zip", _whole(("/etc/passwd", b"a")), "path"),
    Bad("a path of Windows", "p.zip", _whole(("..\\..\\x.yaml", b"a")), "path"),
    Bad("a drive", "p.zip", _whole(("C:x.yaml", b"a")), "path"),
    Bad("a name that turns around", "p.zip", _whole(("pictures/\u202egvs.yaml", b"a")), "path"),
    Bad("a symbolic link", "p.zip", _whole((_special("es.yaml", stat.S_IFLNK), b"/etc/passwd")), "link"),
    Bad("a device", "p.zip", _whole((_special("es.yaml", stat.S_IFCHR), b"")), "link"),
    Bad("a password", "p.zip", _locked(), "locked"),
    Bad("a strange compression", "p.zip", zipped(("pack.yaml", PACK), how=zipfile.ZIP_LZMA), "no_zip"),
    Bad("a file twice", "p.zip", _whole(("en.yaml", b"x")), "twice"),
    Bad("a file twice, in capitals", "p.zip", _whole(("EN.yaml", b"x")), "twice"),
    Bad("a program", "p.zip", _whole(("run.py", b"import os")), "strange"),
    Bad("two folders deep", "p.zip", zipped(("a/b/pack.yaml", PACK)), "strange"),
    Bad("a page for a picture", "p.zip", _whole(("pictures/x.html", b"<script>")), "strange"),
    Bad("an empty member", "p.zip", _whole(("es.yaml", b"")), "empty_file"),
)
FILES = (
    Bad("another ending", "en.yml", EN, "yml"),
    Bad("a text", "notes.yaml", b"a: b", "strange"),
    Bad("nothing", "en.yaml", b" \n", "empty_file"),
    Bad("10 MB", "en.yaml", b"a" * 10_000_000, "large"),
    Bad("1 MB", "en.yaml", b"a" * 1_000_000, "large_file"),
)
CONTENTS = (
    Bad("a bomb of aliases", "pack.yaml", BOMB, "anchors and aliases are not allowed"),
    Bad("a cycle of aliases", "pack.yaml", b"a: &a\n  b: *a\n", "anchors and aliases are not allowed"),
    Bad("an anchor alone", "en.yaml", EN + b"x: &y z\n", "anchors and aliases are not allowed"),
    Bad("a merge key", "pack.yaml", PACK + b"<<: {a: b}\n", "unknown field"),
    Bad("a Python object", "pack.yaml", b"a: !!python/object/apply:os.system [id]\n", "tags such as"),
    Bad("an own tag", "pack.yaml", b"a: !include /etc/passwd\n", "tags such as"),
    Bad("a binary", "pack.yaml", b"a: !!binary aGVsbG8=\n", "tags such as"),
    Bad("a key twice", "pack.yaml", PACK + b'version: "2"\n', "given twice"),
    Bad("a rule twice", "pack.yaml", _changed("  R2:", "  R1:"), "given twice"),
    Bad("a deep nest", "pack.yaml", b"[" * 100_000, "nested deeper"),
    Bad("a deep nest of names", "pack.yaml", b"{a: " * 50_000, "nested deeper"),
    Bad("a million nodes", "pack.yaml", b"a: [" + b"1," * 149_000 + b"1]", "names and values"),
    Bad("a long list of names", "pack.yaml", b"".join(b"k%d: v\n" % n for n in range(25_000)), "names and values"),
    Bad("no UTF-8", "en.yaml", EN.replace(b"Tiny", b"T\xefny"), "is not UTF-8"),
    Bad("UTF-16", "en.yaml", WORDS.encode("utf-16"), "is not UTF-8"),
    Bad("a NUL", "en.yaml", EN + b"x: a\0b\n", "is not YAML"),
    Bad("a sign out of range", "en.yaml", EN + b'x: "\\UFFFFFFFF"\n', "is not YAML"),
    Bad("half a sign", "en.yaml", EN + b'x: "\\uD800"\n', "half a sign"),
    Bad("an endless quote", "en.yaml", EN + b"x: '", "is not YAML"),
    Bad("tabs", "pack.yaml", b"a:\n\t- b\n", "is not YAML"),
    Bad("two documents", "pack.yaml", PACK + b"---\na: b\n", "is not YAML"),
    Bad("JSON of something else", "pack.yaml", b'{"name": "left-pad"}', "unknown field"),
    Bad("a list", "pack.yaml", b"- a\n- b\n", "expected `name: value` lines"),
    Bad("a missing language", "pack.yaml", _changed("languages: [en]", "languages: [en, es]"), "has no es.yaml"),
    Bad("a language that nobody speaks", "fr.yaml", EN, "does not speak this language"),
    Bad("a missing translation", "en.yaml", EN.replace(b"  strength: {ask: How strong?}\n", b""), "strength"),
    Bad("a cycle of definitions", "pack.yaml", _changed("lasting: felt", "lasting: lasting"), "lasting"),
    Bad("no end to a condition", "pack.yaml", _changed("felt and ease.days", "(" * 5000 + "felt"), "lasting"),
    Bad("no gate first", "pack.yaml", _changed("flow:\n  - danger\n", "flow:\n"), "gate"),
    Bad(
        "an unknown option",
        "pack.yaml",
        _changed("R1: {level: L1, when: danger.faint}", "R1: {level: L1, when: danger.fain}"),
        "fain",
    ),
    Bad("a level that is not there", "pack.yaml", _changed("R2: {level: L2", "R2: {level: L9"), "L9"),
    Bad(
        "a picture with a script",
        "evil.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "svg",
    ),
    Bad("a picture with an entity", "evil.svg", b'<!DOCTYPE s [<!ENTITY a "b">]><svg>&a;</svg>', "svg"),
    Bad(
        "a picture with a link",
        "evil.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://x/"/></svg>',
        "svg",
    ),
    Bad(
        "a picture with an entity behind a comment that is none",
        "evil.svg",
        b'<?xml-stylesheet <!-- ?><!DOCTYPE s [<!ENTITY a "b">]><!-- --><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        "plain SVG needs none",
    ),
    Bad("a picture that nobody names", "spare.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
)
ALL = (*ZIPS, *FILES, *CONTENTS)
