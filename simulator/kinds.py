"""The smallest realistic payload of every kind of message a person can send.

Shapes documented by Telegram (Bot API 10.0); identifiers are invented.
"""

from __future__ import annotations

from simulator.records import Json


def _file(kind: str, **more: object) -> Json:
    return {"file_id": f"SIM-{kind}-file", "file_unique_id": f"SIM{kind}", "file_size": 1024, **more}


def location(latitude: float, longitude: float) -> Json:
    """A point on the earth, as Telegram sends it on."""
    return {"location": {"latitude": latitude, "longitude": longitude}}


def _rich(kind: str) -> Json | None:
    options = [{"text": word, "voter_count": 0, "persistent_id": word.lower()} for word in ("Yes", "No")]
    poll = {"id": "7000000000000000001", "question": "Does it itch?", "options": options, "total_voter_count": 0}
    flags = {"is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
    rights = {"allows_revoting": True, "members_only": False}
    place = {"latitude": 48.2082, "longitude": 16.3738}
    table: dict[str, Json] = {
        "contact": {"contact": {"phone_number": "+15550100", "first_name": "Kim"}},
        "location": {"location": place},
        "venue": {"venue": {"location": place, "title": "Track", "address": "Ring 1"}, "location": place},
        "poll": {"poll": poll | flags | rights},
        "dice": {"dice": {"emoji": "\N{GAME DIE}", "value": 4}},
        "story": {"story": {"chat": {"id": 1, "type": "private", "first_name": "Kim"}, "id": 1}},
        "pinned_message": {"pinned_message": {"chat": {"id": 1, "type": "private"}, "message_id": 1, "date": 0}},
    }
    return table.get(kind)


def _media(kind: str) -> Json | None:
    size = {"width": 320, "height": 320}
    animation = _file("animation", duration=2, file_name="clip.mp4", mime_type="video/mp4", **size)
    table: dict[str, Json] = {
        "photo": {"photo": [_file("photo", **size)]},
        "voice": {"voice": _file("voice", duration=3, mime_type="audio/ogg")},
        "audio": {"audio": _file("audio", duration=60, title="Song", mime_type="audio/mpeg")},
        "video": {"video": _file("video", duration=5, mime_type="video/mp4", **size)},
        "video_note": {"video_note": _file("video_note", duration=5, length=240)},
        "document": {"document": _file("document", file_name="letter.pdf", mime_type="application/pdf")},
        "animation": {"animation": animation, "document": animation},
        "sticker": {
            "sticker": _file("sticker", type="regular", is_animated=False, is_video=False, emoji="\N{RUNNER}", **size)
        },
    }
    return table.get(kind)


def payload(kind: str) -> Json:
    """The content of a message of this kind; ValueError names a kind nobody can send."""
    found = _media(kind) or _rich(kind)
    if found is None:
        raise ValueError(f"unknown kind of message {kind!r}; known: {', '.join(KINDS)}, edited_message")
    return found


KINDS = (
    *("photo", "voice", "audio", "video", "video_note", "document", "animation", "sticker"),
    *("contact", "location", "venue", "poll", "dice", "story", "pinned_message"),
)
