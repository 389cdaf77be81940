"""What Telegram takes as a photo. Documented for sendPhoto: at most 10 MB, width and height together at most 10000,
one side at most 20 times the other. Refusals in the words of its server.
"""

from __future__ import annotations

import struct

from simulator.records import bad_request

MOST_BYTES = 10 * 1024 * 1024
MOST_SIDES, MOST_RATIO = 10_000, 20
UNKNOWN = (90, 90)
_PNG, _GIF, _JPEG, _FRAMES = b"\x89PNG\r\n\x1a\n", b"GIF8", b"\xff\xd8", (0xC0, 0xC1, 0xC2)


def size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG; None for anything else, and for a broken one."""
    try:
        if content.startswith(_PNG):
            return struct.unpack(">II", content[16:24])
        if content.startswith(_GIF):
            return struct.unpack("<HH", content[6:10])
        return _jpeg_size(content) if content.startswith(_JPEG) else None
    except (struct.error, IndexError):
        return None


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = 2
    while content[place + 1] not in _FRAMES:
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    height, width = struct.unpack(">HH", content[place + 5 : place + 9])
    return width, height


def check(content: bytes) -> None:
    """Refuse an upload that would not become a photo."""
    if len(content) > MOST_BYTES:
        raise bad_request("file is too big")
    found = size(content)
    if found is None or not min(found):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(found) > MOST_SIDES or max(found) > MOST_RATIO * min(found):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
