"""Files that went through a chat: what was uploaded comes back under its id, to the bot (getFile) and to the page.

Documented: a bot may download at most 20 MB and upload at most 50 MB, and gets a path that it asks for at
/file/bot<token>/<path>.
"""

from __future__ import annotations

import mimetypes
import zlib
from dataclasses import dataclass

from simulator.params import Method, takes
from simulator.records import Json, bad_request
from simulator.world import Upload, World

MOST_DOWNLOAD = 20 * 1024 * 1024
MOST_UPLOAD = 50 * 1024 * 1024
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/json")


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a browser may open it: never as a page that could run."""

    content: bytes
    mime: str
    inline: bool
    name: str


def keep(world: World, upload: Upload) -> str:
    """The id under which these bytes are found again."""
    if len(upload.content) > MOST_UPLOAD:
        raise bad_request("file is too big")
    file_id = f"SIM-{len(world.files) + 1}-{zlib.crc32(upload.content):08x}"
    world.files[file_id] = upload
    return file_id


def place_json(world: World, file_id: str) -> Json:
    """The part that every kind of file has in a message."""
    upload = world.files.get(file_id)
    size = len(upload.content) if upload else 1024
    return {"file_id": file_id, "file_unique_id": f"u{zlib.crc32(file_id.encode())}", "file_size": size}


def mime_of(upload: Upload) -> str:
    """What the name says it is, when the sender did not."""
    return upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"


def shown(world: World, file_id: str) -> Shown:
    """The file for the page. KeyError when its bytes never were here."""
    upload = world.files[file_id]
    mime = mime_of(upload)
    if mime.startswith("text/") or upload.name.endswith((".yaml", ".md")):
        return Shown(upload.content, "text/plain; charset=utf-8", inline=True, name=upload.name)
    return Shown(upload.content, mime, inline=mime in _SHOWN, name=upload.name)


def downloaded(world: World, path: str) -> bytes:
    """The bytes behind a path that getFile gave. KeyError for another one."""
    return world.files[path.rpartition("/")[2].partition(".")[0]].content


def get_file(world: World, params: Json) -> Json:
    """Where the bot may fetch a file."""
    file_id = params.get("file_id", "")
    upload = world.files.get(file_id)
    if upload is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(upload.content) > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    suffix = upload.name.rpartition(".")[2]
    return place_json(world, file_id) | {"file_path": f"documents/{file_id}.{suffix}"}


METHODS = (Method("getFile", takes(string="file_id"), get_file),)
