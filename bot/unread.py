"""Updates that our library cannot read: left out one by one, so that none of them stops all the others for ever."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, Update
from telegram.request import BaseRequest

from bot import logs

log = logs.get("intake")


async def updates(bot: Bot, request: BaseRequest, offset: int | None, kinds: tuple[str, ...]) -> list[Update]:
    """What waits, in place of a batch that could not be read; what cannot be read is an update of no kind.

    Raises TelegramError when Telegram does not answer.
    """
    wanted = {"allowed_updates": json.dumps(kinds), **({} if offset is None else {"offset": offset})}
    body = await request.retrieve(f"{bot.base_url}/getUpdates?{urlencode(wanted)}")
    return [_read(each, bot) for each in request.parse_json_payload(body)["result"]]


def _read(raw: dict[str, Any], bot: Bot) -> Update:
    """Something newer than our library, or broken: its number is logged and nothing of what it says."""
    try:
        return Update.de_json(raw, bot)
    except Exception as error:  # noqa: BLE001 - whatever an app may send, it must not stop the others
        log.error("an update cannot be read and is left out", update_id=raw["update_id"], error=logs.place(error))
        return Update(raw["update_id"])
