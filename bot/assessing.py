"""`stridecheck assess`: answers as JSON in, the outcome as JSON out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from content.assess import assess, unknown_ids
from content.load import load_pack
from content.pack import Answers, Pack
from content.shipped import PACKS


class BadAnswersError(ValueError):
    """The answers cannot be used; the message names the place and the cure."""


def find_pack(name: str) -> Pack:
    """A shipped pack by its id, or the pack in a folder."""
    return load_pack(pack_folder(name))


def pack_folder(name: str) -> Path:
    """Where a shipped pack lies, by its id; any other name is a folder's own."""
    return PACKS / name if (PACKS / name).is_dir() else Path(name)


def read_answers(text: str) -> Answers:
    """Answers of a JSON object `{"question": ["option", ...]}`; a single option may stand without its list."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadAnswersError(f"line {error.lineno}: this is not JSON ({error.msg})") from None
    if not isinstance(document, dict):
        raise BadAnswersError('write an object such as {"g_life": ["none"]}')
    return {question: _options(question, value) for question, value in document.items()}


def _options(question: str, value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list) and all(isinstance(option, str) for option in value):
        return frozenset(value)
    raise BadAnswersError(f'{question}: write a list of option ids, such as ["none"]')


def outcome(pack: Pack, answers: Answers) -> dict[str, Any]:
    """The contract's JSON. Raises BadAnswersError naming every id that the pack does not know."""
    strange = unknown_ids(pack, answers)
    if strange:
        raise BadAnswersError(f"the pack {pack.id} does not know: {', '.join(strange)}")
    found = assess(pack, answers)
    return {
        "level": found.level,
        "causes": [each.cause for each in found.causes],
        "rules": list(found.rules),
        "plan": found.plan,
        "may_ice": found.may_ice,
    }
