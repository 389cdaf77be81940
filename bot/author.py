"""The author's loop: watches a pack's folder and says what changed in it, or what is wrong, with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from content.load import PackError, pack_files, parse_pack
from content.pack import Pack

MOST_LINES = 12
MAPPINGS = (
    *("levels", "questions", "define", "gate_causes", "causes", "advice", "plans", "sources", "pictures"),
    *("scales", "rule_sources"),
)
WHOLES = (
    *("flow", "modifiers", "ice", "check", "review", "minor", "default_plan", "plan_when", "prevention"),
    *("base_score", "since", "background", "provisional", "invariants", "about", "recall"),
)


@dataclass(frozen=True, slots=True)
class News:
    """What became of the last change on disk. With problems, the pack before it goes on being used."""

    text: str = ""
    changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Author:
    """One folder. `files` and `pack` are the last good ones; the first must be good (else PackError)."""

    folder: Path
    files: Mapping[str, bytes] = field(init=False)
    pack: Pack = field(init=False)
    news: News = field(default=News(), init=False)
    _seen: Mapping[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.files = self._seen = pack_files(self.folder)
        self.pack = parse_pack(self.files)

    @property
    def place(self) -> str:
        """The folder as one would type it from here."""
        here, folder = Path.cwd(), self.folder.resolve()
        return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)

    def look(self) -> bool:
        """Whether the folder changed since the last look; `news` then says how."""
        try:
            files = pack_files(self.folder)
        except (PackError, OSError) as error:
            files = {"": str(error).encode()}
        if files == self._seen:
            return False
        self._seen = files
        self._take(files)
        return True

    def _take(self, files: Mapping[str, bytes]) -> None:
        try:
            pack = parse_pack(files) if "" not in files else parse_pack(pack_files(self.folder))
        except PackError as error:
            self.news = News("The pack on disk has mistakes; the last good one goes on.", (), _lines(error.problems))
            return
        except OSError as error:
            self.news = News("The pack on disk cannot be read; the last good one goes on.", (), (str(error),))
            return
        self.news = News("The pack changed: new checks use it.", _lines(changes(self.pack, pack)))
        self.files, self.pack = files, pack


def changes(old: Pack, new: Pack) -> list[str]:
    """What differs, place by place, as an author would name it."""
    found = [] if old.version == new.version else [f"version: {old.version} → {new.version}"]
    for what in MAPPINGS:
        found += _compared(what, getattr(old, what), getattr(new, what))
    found += _compared("rules", {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules})
    for what in WHOLES:
        found += [f"{what}: changed"] if getattr(old, what) != getattr(new, what) else []
    for language in dict.fromkeys((*old.wordings, *new.wordings)):
        before, after = _flat(old.wordings.get(language, {})), _flat(new.wordings.get(language, {}))
        found += [_reworded(language, key, before.get(key), after.get(key)) for key in _differing(before, after)]
    return found or ["only comments or layout"]


def _compared(what: str, old: Mapping[object, object], new: Mapping[object, object]) -> list[str]:
    verbs = {(True, True): "changed", (True, False): "removed", (False, True): "added"}
    return [f"{what} {_name(key)}: {verbs[key in old, key in new]}" for key in _differing(old, new)]


def _differing(old: Mapping[object, object], new: Mapping[object, object]) -> list[object]:
    return [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]


def _name(key: object) -> str:
    return ".".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _flat(words: object, path: str = "") -> dict[object, object]:
    if not isinstance(words, Mapping):
        return {path: words}
    found: dict[object, object] = {}
    for name, each in words.items():
        found |= _flat(each, f"{path}.{name}" if path else str(name))
    return found


def _reworded(language: str, key: object, old: object, new: object) -> str:
    if old is None or new is None:
        return f"{language} {key}: {'added' if old is None else 'removed'}"
    return f"{language} {key}: “{old}” → “{new}”"


def _lines(found: Iterable[object]) -> tuple[str, ...]:
    lines = [str(each) for each in found]
    more = (f"and {len(lines) - MOST_LINES} more",) if len(lines) > MOST_LINES else ()
    return (*lines[:MOST_LINES], *more)
