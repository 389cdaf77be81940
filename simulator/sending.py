"""The Bot API methods that put something new into a chat: a text, a photo, a document.

Error words are read from Telegram's server source (telegram-bot-api Client.cpp, tdlib/td). Parameters of features the
machine does not have (topics, effects, paid broadcasts) are checked and then change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator import files, keys_below, photos
from simulator.entities import CAPTION_LIMIT, TEXT_LIMIT, formatted
from simulator.keyboards import read_markup
from simulator.params import Method, takes
from simulator.records import Json, SimMessage, bad_request
from simulator.world import Upload, World

_SENDING = takes(
    chat="chat_id",
    integer="message_thread_id direct_messages_topic_id reply_to_message_id",
    string="business_connection_id message_effect_id parse_mode",
    boolean="disable_notification protect_content allow_paid_broadcast allow_sending_without_reply",
    an_object="suggested_post_parameters reply_parameters reply_markup",
)
TEXT = takes(string="text", array="entities", an_object="link_preview_options", boolean="disable_web_page_preview")
_CAPTION = takes(string="caption", array="caption_entities", boolean="show_caption_above_media has_spoiler")


def send_message(world: World, params: Json) -> Json:
    """A new text message; returns it."""
    _no_business(params)
    text = params.get("text", "")
    if not text:
        raise bad_request("message text is empty")
    plain, entities = formatted(text, params.get("parse_mode"), params.get("entities", ()), TEXT_LIMIT)
    return _send(world, params, _Content("text", plain, entities))


def _send_media(kind: str) -> Callable[[World, Json], Json]:
    def send(world: World, params: Json) -> Json:
        _no_business(params)
        if kind not in params:
            raise bad_request(f"there is no {kind} in the request")
        return _send(world, params, _Content(kind, *_caption(params), _media_payload(world, kind, params[kind])))

    return send


def _caption(params: Json) -> tuple[str, list[Json]]:
    if not params.get("caption"):
        return "", []
    return formatted(params["caption"], params.get("parse_mode"), params.get("caption_entities", ()), CAPTION_LIMIT)


def _media_payload(world: World, kind: str, file: str | Upload) -> Json:
    if not isinstance(file, Upload):
        if file not in world.files and not file.startswith(("http://", "https://")):
            raise bad_request("wrong file identifier/HTTP URL specified")
        return media_json(world, kind, file, file.rpartition("/")[2])
    if kind == "photo":
        photos.check(file.content)
    return media_json(world, kind, files.keep(world, file), file.name.rpartition("/")[2])


def media_json(world: World, kind: str, file_id: str, name: str) -> Json:
    """The photo or document part of a message."""
    place, known = files.place_json(world, file_id), world.files.get(file_id)
    if kind == "photo":
        width, height = (photos.size(known.content) if known else None) or photos.UNKNOWN
        return {"photo": [place | {"width": width, "height": height}]}
    return {"document": place | {"file_name": known.name if known else name}}


@dataclass(frozen=True, slots=True)
class _Content:
    kind: str
    text: str
    entities: list[Json]
    payload: Json = field(default_factory=dict)


def _send(world: World, params: Json, content: _Content) -> Json:
    markup = read_markup(params.get("reply_markup"))
    reply_to = _reply_to(world, params)
    chat_id = world.writable_chat(params.get("chat_id"))
    keys_below.check_chat(markup.reply, private=chat_id not in world.groups)
    message = world.keep(
        SimMessage(
            message_id=world.next_message_id(),
            chat_id=chat_id,
            from_bot=True,
            sender_id=world.bot_id,
            text=content.text,
            entities=content.entities,
            at=world.now(),
            kind=content.kind,
            keyboard=markup.inline,
            reply_keyboard=markup.reply,
            payload=content.payload,
            silent=params.get("disable_notification", False),
            protected=params.get("protect_content", False),
            reply_to=reply_to,
        )
    )
    world.pace.sent(chat_id, message.at)
    return world.message_json(message)


def _reply_to(world: World, params: Json) -> int | None:
    reply = params.get("reply_parameters") or {}
    wanted = reply.get("message_id", params.get("reply_to_message_id"))
    if not wanted or "chat_id" not in params:
        return None
    if world.message(params["chat_id"], wanted) is not None:
        return int(wanted)
    if reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _no_business(params: Json) -> None:
    if params.get("business_connection_id"):
        raise bad_request("business connection not found")


_PHOTO = {**_SENDING, **_CAPTION, **takes(file="photo")}
_DOCUMENT = {**_SENDING, **_CAPTION, **takes(file="document thumbnail", boolean="disable_content_type_detection")}

METHODS = (
    Method("sendMessage", {**_SENDING, **TEXT}, send_message),
    Method("sendPhoto", _PHOTO, _send_media("photo")),
    Method("sendDocument", _DOCUMENT, _send_media("document")),
)
