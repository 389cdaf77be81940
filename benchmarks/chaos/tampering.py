"""Button data that the bot never wrote for this person: noise, one field changed, somebody else's, old, and hostile."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from random import Random

DIGITS = string.digits + string.ascii_lowercase
NUMBERS = ("0", "1", "-1", "z" * 6, "z" * 12, "z" * 13, "9" * 40, "00", "١", "²", "1e3", "0x1", "NaN", "", " 1", "1.5")
SQL = ("' OR 1=1--", "1; DROP TABLE people", "%27", "x' UNION SELECT *--", "\\", "';", "/**/")
HTML = ("<b>", "</b>", "&lt;", "<a href='x'>", "<script>", "&", "\x00", "\n", "\r\n", "\t")
UNICODE = ("\u202e", "\u200b", "\ufeff", "\ud800", "\udfff", "e\u0301" * 5, "👩‍👩‍👧‍👦", "ﬀ", "İ", "ß", "١٢٣")
OLD = ("1.1.yes", "v1|abcdefgh|3|yes", "e1.1.yes", "p1.consent.yes", "yes", "answer:1:yes", "cb_12", "{}", "null")
ADMIN = ("a.publish.7", "a.panel.", "a.people.1", "a.broadcast.new", "a.run.1", "a.confirm.1", "a.health.", "a.send.1")
OPTIONS = ("=yes", "=none", "+numb", "-numb", "!done", "!back", "!unsure", "!stop", "!still", "!change", "!later:now",
           "!later:-1", "!rhythm:hourly", "!skin:2:ok", "!off:2", "!ice", "!ice_later:2", "!restart", "!doctor",
           "!picture:../../etc/passwd", "!page:xx", "!data", "=0", "=10", "=11", "=-1", "=5")  # fmt: skip

Maker = Callable[[Random, Sequence[str]], str]


def tampered(chance: Random, genuine: Sequence[str]) -> str:
    """One such press. `genuine`: what the bot has written, for anybody."""
    return chance.choices(MAKERS, WEIGHTS)[0](chance, genuine)


def noise(chance: Random, genuine: Sequence[str]) -> str:
    """0 to 64 random bytes, read as some text."""
    raw = chance.randbytes(chance.randint(0, 64))
    match chance.randrange(4):
        case 0:
            return raw.decode("utf-8", "replace")
        case 1:
            return raw.decode("latin-1")
        case 2:
            return raw.decode("utf-8", "surrogateescape")
        case _:
            return "".join(chance.choice(string.printable) for _ in raw)


def one_field(chance: Random, genuine: Sequence[str]) -> str:
    """Genuine, but for one field: the number of the check, the turn, the name, the option or the value."""
    data = chance.choice(genuine)
    parts = data.split(".", 2)
    place = chance.randrange(len(parts))
    parts[place] = _another(chance, parts[place], genuine)
    return ".".join(parts)


def _another(chance: Random, field: str, genuine: Sequence[str]) -> str:
    kind = field[:1] if field[:1] in {"e", "p", "a"} and field[1:2] in DIGITS else ""
    match chance.randrange(5):
        case 0:
            return kind + "".join(chance.choice(DIGITS) for _ in range(chance.randint(1, 4)))
        case 1:
            return kind + chance.choice(NUMBERS)
        case 2:
            return chance.choice(OPTIONS)
        case 3:
            return chance.choice(chance.choice(genuine).split(".", 2))
        case _:
            return field + chance.choice((*SQL, *HTML, *UNICODE))


def one_letter(chance: Random, genuine: Sequence[str]) -> str:
    """Genuine, but for one letter that is another one, missing, doubled or more."""
    data = chance.choice(genuine)
    at = chance.randrange(len(data))
    other = chance.choice(string.printable)
    return chance.choice(
        (data[:at] + other + data[at + 1 :], data[:at] + data[at + 1 :], data[:at] + other + data[at:])
    )


def somebody_elses(chance: Random, genuine: Sequence[str]) -> str:
    """As it was written, for anybody."""
    return chance.choice(genuine)


def hostile(chance: Random, genuine: Sequence[str]) -> str:
    """What has broken other programs, alone or in a genuine frame."""
    bad = chance.choice((*SQL, *HTML, *UNICODE, *OLD, *ADMIN, *NUMBERS))
    frame = chance.choice(("{}", "e1.1.={}", "e{}.1.=yes", "p1.{}.1", "p1.set.{}", "a.publish.{}", "{}" * 20))
    return frame.replace("{}", bad)


MAKERS: tuple[Maker, ...] = (noise, one_field, one_letter, somebody_elses, hostile)
WEIGHTS = (15, 40, 15, 15, 15)
