"""Updates as Telegram sends them become PTB's, one by one: one that cannot be read must not stop those behind it.

By far most are presses, and with the button comes the whole message under it, of which PTB would make an object of a
hundred fields. Only whose it is, its number and whether it has buttons matter here (handlers/register.py), so it is
read as one that is out of reach.
"""

from __future__ import annotations

from typing import Any

from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Update, User

from bot import logs

log = logs.get("intake")


def read(raw: dict[str, Any], bot: Bot) -> Update:
    """The update, or one of no kind: of what is newer than our library, or broken, its number is logged and no more."""
    try:
        return update(raw, bot)
    except Exception as error:  # noqa: BLE001 - whatever an app may send, it must not stop the others
        log.error("an update cannot be read and is left out", update_id=raw["update_id"], error=logs.place(error))
        return Update(raw["update_id"])


def update(raw: Any, bot: Bot) -> Update:  # noqa: ANN401 - any JSON
    """The same, of any JSON. Raises whatever PTB stumbles over in what is no update."""
    match raw:
        case {"update_id": int(number), "callback_query": {"message": dict(message), "data": str()} as press}:
            return Update(number, callback_query=_press(press, message, bot))
    return Update.de_json(raw, bot)


def _press(press: dict[str, Any], message: dict[str, Any], bot: Bot) -> CallbackQuery:
    buttons = {"reply_markup": message["reply_markup"]} if message.get("reply_markup") else {}
    pressed = InaccessibleMessage(Chat.de_json(message["chat"], bot), message["message_id"], api_kwargs=buttons)
    sender = User.de_json(press["from"], bot)
    query = CallbackQuery(press["id"], sender, press["chat_instance"], message=pressed, data=press["data"])
    query.set_bot(bot)
    return query
