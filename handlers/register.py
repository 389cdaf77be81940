"""Telegram's updates -> arrivals -> turns. Every door of the bot is listed here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType
from telegram.ext import Application, CallbackContext, TypeHandler

from handlers.arrival import Arrival, Blocked, Command, Odd, Typed, What
from handlers.callback import decode

GONE = {ChatMember.BANNED, ChatMember.LEFT}


class House(Protocol):
    """What a door needs of the house: to take a turn."""

    async def take(self, arrival: Arrival) -> None: ...

    async def take_group(self, update_id: int, chat_id: int) -> None: ...


def register(application: Application[Any, Any, Any, Any, Any, Any], house: House) -> None:
    """One door for everything: which kind of update it is decides the arrival, not the order of handlers."""

    async def on_update(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        await receive(update, house.take, house.take_group)

    application.add_handler(TypeHandler(Update, on_update))


async def receive(
    update: Update,
    take: Callable[[Arrival], Awaitable[None]],
    take_group: Callable[[int, int], Awaitable[None]],
) -> None:
    """Take one update, or leave it alone when it is none of ours."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        return
    if chat.type != ChatType.PRIVATE:
        if _is_said_in_group(update):
            await take_group(update.update_id, chat.id)
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
            has_buttons=isinstance(message, Message) and message.reply_markup is not None,
        )
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
    if update.edited_message is not None:
        return Typed(_words(update.edited_message))
    return None


def _press(query: CallbackQuery) -> What:
    return decode(query.data or "") or Odd()


def _membership(change: ChatMemberUpdated) -> Blocked:
    return Blocked(change.new_chat_member.status in GONE)


def _message(message: Message) -> Command | Typed:
    text = _words(message)
    if not text.startswith("/"):
        return Typed(text)
    name, _, payload = text[1:].partition(" ")
    return Command(name.partition("@")[0].lower()[:32], payload.strip()[:64])


def _words(message: Message) -> str:
    return message.text or message.caption or ""
