"""Telegram's updates -> arrivals -> turns. Every door of the bot is listed here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatType
from telegram.ext import Application, CallbackContext, TypeHandler

from content import places
from handlers.admin import door
from handlers.arrival import Arrival, Attached, Blocked, Command, GroupArrival, Located, Odd, Typed, What
from handlers.callback import decode

GONE = {ChatMember.BANNED, ChatMember.LEFT}


class House(Protocol):
    """What a door needs of the house: to take a turn."""

    async def take(self, arrival: Arrival) -> None: ...

    async def take_group(self, arrival: GroupArrival) -> None: ...


def register(application: Application[Any, Any, Any, Any, Any, Any], house: House) -> None:
    """One door for everything: which kind of update it is decides the arrival, not the order of handlers."""

    async def on_update(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        await receive(update, house.take, house.take_group)

    application.add_handler(TypeHandler(Update, on_update))


async def receive(
    update: Update,
    take: Callable[[Arrival], Awaitable[None]],
    take_group: Callable[[GroupArrival], Awaitable[None]],
) -> None:
    """Take one update, or leave it alone when it is none of ours."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        return
    if chat.type != ChatType.PRIVATE:
        if (heard := _in_group(update, chat.id)) is not None:
            await take_group(heard)
        return
    what = _what(update)
    if user is None or what is None:
        return
    query = update.callback_query
    message = query.message if query else None
    await take(
        Arrival(
            update_id=update.update_id,
            telegram_id=user.id,
            what=what,
            language_code=user.language_code,
            message_id=message.message_id if message else None,
            callback_id=query.id if query else None,
            has_buttons=_has_buttons(message),
        )
    )


def _has_buttons(message: MaybeInaccessibleMessage | None) -> bool:
    """Of a pressed message no more is read than it takes (bot/reading.py): its buttons are left as they came."""
    if isinstance(message, Message):
        return message.reply_markup is not None
    return message is not None and "reply_markup" in message.api_kwargs


def _in_group(update: Update, chat_id: int) -> GroupArrival | None:
    """None for what concerns nobody here."""
    what, said, query = _what(update), _is_said_in_group(update), update.callback_query
    tried = door.tried(what) if what is not None else None
    if not (said or tried or query):
        return None
    user = update.effective_user
    return GroupArrival(
        update_id=update.update_id,
        chat_id=chat_id,
        user_id=user.id if user else None,
        tried=tried,
        said=said,
        callback_id=query.id if query is not None else None,
        language_code=user.language_code if user else None,
    )


def _is_said_in_group(update: Update) -> bool:
    if update.my_chat_member is not None:
        return update.my_chat_member.new_chat_member.status in {ChatMember.MEMBER, ChatMember.ADMINISTRATOR}
    return update.message is not None and update.effective_chat is not None and not _is_service(update.message)


def _is_service(message: Message) -> bool:
    """A message by Telegram itself (somebody joined, a title changed, the group moved)."""
    return bool(message.new_chat_members or message.left_chat_member or message.migrate_to_chat_id)


def _what(update: Update) -> What | None:
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.message is not None:
        return _message(update.message)
    if update.edited_message is not None and update.edited_message.location is None:  # a live location goes on moving
        return Typed(_words(update.edited_message))
    return None


def _press(query: CallbackQuery) -> What:
    return decode(query.data or "") or Odd()


def _membership(change: ChatMemberUpdated) -> Blocked:
    return Blocked(change.new_chat_member.status in GONE)


def _message(message: Message) -> Command | Typed | Located:
    if message.location is not None:
        return Located(places.zone_at(message.location.latitude, message.location.longitude))
    text, forwarded = _words(message), message.forward_origin is not None
    if not text.startswith("/"):
        html = (message.text_html if message.text else message.caption_html) if text else ""
        return Typed(text, html, _attached(message), forwarded)
    name, _, payload = text[1:].partition(" ")
    return Command(name.partition("@")[0].lower()[:32], payload.strip()[:64], forwarded)


def _attached(message: Message) -> Attached | None:
    if message.document is not None:
        document = message.document
        return Attached("document", document.file_id, document.file_name or "", document.file_size or 0)
    if message.photo:
        return Attached("photo", message.photo[-1].file_id, size=message.photo[-1].file_size or 0)
    return None


def _words(message: Message) -> str:
    return message.text or message.caption or ""
