"""Reads the parameters of a call as strictly as a schema would, in every way clients encode them.

Documented by Telegram: a call may come as a query string, a form, JSON or multipart; inside forms, objects and
arrays are JSON-encoded strings. Telegram itself ignores an unknown parameter; this machine refuses it, because an
unknown name is nearly always a spelling mistake that silently does nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.records import Json, bad_request
from simulator.world import Upload, World

Reader = Callable[[str, object], Any]
Spec = Mapping[str, Reader]
_WHOLE = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class Method:
    """One Bot API method: its name, what it takes, what it does."""

    name: str
    spec: Spec
    run: Callable[[World, Json], Any]


def read(spec: Spec, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters by name, each in its type; None and absent are the same, as they are for PTB."""
    for name in params:
        if name not in spec:
            raise bad_request(f'unknown parameter "{name}" (refused by the simulator; Telegram ignores it)')
    return {name: spec[name](name, value) for name, value in params.items() if value is not None}


def _wrong(name: str, wanted: str) -> Exception:
    return bad_request(f'parameter "{name}" must be {wanted}')


def integer(name: str, value: object) -> int:
    """A whole number, native or written in digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    raise _wrong(name, "an Integer")


def boolean(name: str, value: object) -> bool:
    """True or False, native or in the spellings clients send."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}
    spelled = str(value).strip().lower()
    if spelled not in words:
        raise _wrong(name, "a Boolean")
    return words[spelled]


def string(name: str, value: object) -> str:
    """Text; a number is taken as its digits, because JSON-encoding clients unquote nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _wrong(name, "a String")


def chat(name: str, value: object) -> int | str:
    """A chat: a number, or an @name."""
    if isinstance(value, str) and (not value or value.startswith("@")):
        return value
    try:
        return integer(name, value)
    except Exception as error:
        raise bad_request("chat not found") from error


def _decoded(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error


def an_object(name: str, value: object) -> dict[str, Any] | None:
    """A JSON object, native or encoded."""
    decoded = _decoded(name, value)
    if decoded is None or isinstance(decoded, dict):
        return decoded
    raise bad_request(f"object expected as {name.replace('_', ' ')}")


def array(name: str, value: object) -> list[Any]:
    """A JSON array, native or encoded."""
    decoded = _decoded(name, value)
    if decoded is None:
        return []
    if isinstance(decoded, list | tuple):
        return list(decoded)
    raise bad_request(f"{name.replace('_', ' ')} must be an Array")


def file(name: str, value: object) -> str | Upload:
    """What stands for a file: its id, its address, or the upload itself."""
    if isinstance(value, Upload):
        return value
    text = string(name, value)
    if not text:
        raise bad_request(f"there is no {name} in the request")
    return text


_READERS: Mapping[str, Reader] = {
    each.__name__: each for each in (integer, boolean, string, chat, an_object, array, file)
}


def takes(**names_by_type: str) -> Spec:
    """A spec written by type: `takes(integer="offset limit", array="allowed_updates")`."""
    return {name: _READERS[kind] for kind, names in names_by_type.items() for name in names.split()}
