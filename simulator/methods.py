"""The Bot API methods about what is already there: edit, delete, answer a tap, look at a chat.

Error words are read from Telegram's server source (telegram-bot-api Client.cpp, tdlib/td) or well known from the
field. Assumed: a blocked bot may not edit either; deleting works whoever wrote the message in a private chat.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from simulator.entities import TEXT_LIMIT, formatted
from simulator.keyboards import Markup, read_markup
from simulator.params import Method, takes
from simulator.records import CallbackAnswer, Json, SimMessage, bad_request
from simulator.sending import TEXT
from simulator.updates import TAP_LIFE
from simulator.wire import MEDIA
from simulator.world import World

DELETABLE = timedelta(hours=48)
MOST_DELETED = 100
ANSWER_LIMIT = 200
_ACTIONS = frozenset(
    (
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
        *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
    )
)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_STALE = "query is too old and response timeout expired or query ID is invalid"


_PLACE = takes(
    chat="chat_id", integer="message_id", string="business_connection_id inline_message_id", an_object="reply_markup"
)


def edit_message_text(world: World, params: Json) -> Json:
    """The message with new words; buttons that are not given again are gone, as on Telegram."""
    if not params.get("text"):
        raise bad_request("message text is empty")
    plain, entities = formatted(params["text"], params.get("parse_mode"), params.get("entities", ()), TEXT_LIMIT)
    markup = read_markup(params.get("reply_markup"), inline_only=True)
    message = _editable(world, params)
    if message.kind in MEDIA:
        raise bad_request("there is no text in the message to edit")
    return _edited(world, message, replace(message, text=plain, entities=entities, keyboard=markup.inline))


def edit_message_reply_markup(world: World, params: Json) -> Json:
    """The message with new buttons, or with none."""
    markup: Markup = read_markup(params.get("reply_markup"), inline_only=True)
    message = _editable(world, params)
    return _edited(world, message, replace(message, keyboard=markup.inline))


def _editable(world: World, params: Json) -> SimMessage:
    if "chat_id" not in params and "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat_id = world.writable_chat(params.get("chat_id"))
    message = world.message(chat_id, params.get("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edited(world: World, before: SimMessage, after: SimMessage) -> Json:
    if after == before:
        raise bad_request(_NOT_MODIFIED)
    only_buttons = replace(after, keyboard=before.keyboard) == before
    kept = after if only_buttons else replace(after, edited_at=world.now())
    body = world.message_json(world.keep(kept, "edit"))
    return body | {"edit_date": int(world.now().timestamp())}


def delete_message(world: World, params: Json) -> bool:
    """The message is gone for everybody; documented: not after 48 hours."""
    chat_id = world.readable_chat(params.get("chat_id"))
    message = world.message(chat_id, params.get("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    foreign = chat_id in world.groups and not message.from_bot
    if foreign or world.now() - message.at > DELETABLE:
        raise bad_request("message can't be deleted")
    world.forget(message)
    return True


def delete_messages(world: World, params: Json) -> bool:
    """Up to 100 at once; documented: those that cannot be found are skipped. Assumed: one too old refuses them all."""
    numbers = params.get("message_ids", [])
    if not numbers or len(numbers) > MOST_DELETED:
        raise bad_request("there are no messages to delete" if not numbers else "too many messages to delete")
    chat_id = world.readable_chat(params.get("chat_id"))
    messages = [found for each in numbers if (found := world.message(chat_id, each)) is not None]
    if any(world.now() - each.at > DELETABLE for each in messages):
        raise bad_request("message can't be deleted")
    for message in messages:
        world.forget(message)
    return True


def answer_callback_query(world: World, params: Json) -> bool:
    """Ends the spinner of a tap, once and within 150 s; the text is a toast or an alert of at most 200 characters."""
    query = world.unanswered.get(params.get("callback_query_id", ""))
    if query is None or world.now() - query.at > TAP_LIFE:
        raise bad_request(_STALE)
    text = params.get("text", "")
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    alert = params.get("show_alert", False)
    del world.unanswered[query.query_id]
    world.answers.append(CallbackAnswer(world.now(), query.user_id, query.query_id, text, alert))
    world.diary(query.user_id).answered(text, alert=alert)
    world.tell("answer", user_id=query.user_id, text=text, alert=alert)
    return True


def send_chat_action(world: World, params: Json) -> bool:
    """ "typing ..." for five seconds."""
    if params.get("action", "").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat_id = world.writable_chat(params.get("chat_id"))
    world.tell("action", chat_id=chat_id, action=params["action"])
    return True


def leave_chat(world: World, params: Json) -> bool:
    """The bot leaves a group; a private chat cannot be left."""
    chat_id = world.readable_chat(params.get("chat_id"))
    if chat_id not in world.groups:
        raise bad_request("chat member status can't be changed in private chats")
    world.groups[chat_id] = replace(world.groups[chat_id], bot_is_member=False)
    world.tell("group", chat_id=chat_id)
    return True


def get_chat(world: World, params: Json) -> Json:
    """The chat with the fields a ChatFullInfo always has."""
    chat_id = world.readable_chat(params.get("chat_id"))
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return world.chat_json(chat_id) | full


_ANSWER = takes(string="callback_query_id text url", boolean="show_alert", integer="cache_time")
_ACTION = takes(chat="chat_id", string="action business_connection_id", integer="message_thread_id")

METHODS = (
    Method("editMessageText", {**_PLACE, **TEXT, **takes(string="parse_mode")}, edit_message_text),
    Method("editMessageReplyMarkup", _PLACE, edit_message_reply_markup),
    Method("deleteMessages", takes(chat="chat_id", array="message_ids"), delete_messages),
    Method("deleteMessage", takes(chat="chat_id", integer="message_id"), delete_message),
    Method("answerCallbackQuery", _ANSWER, answer_callback_query),
    Method("sendChatAction", _ACTION, send_chat_action),
    Method("leaveChat", takes(chat="chat_id"), leave_chat),
    Method("getChat", takes(chat="chat_id"), get_chat),
)
