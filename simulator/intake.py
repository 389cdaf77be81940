"""The Bot API methods by which a bot receives: getUpdates, and the webhook's three.

Documented, with words from Telegram's server source. Assumed for a bench on one machine: a webhook on the loopback
address may be plain http.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from simulator.params import Method, takes
from simulator.records import Json, Refused, bad_request
from simulator.world import Webhook, World

LONGEST_POLL_S = 50
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CONFLICT = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


def get_updates(world: World, params: Json) -> list[Json]:
    """What waits from `offset` on, at once; waiting for more is the doors' business."""
    if world.webhook is not None:
        raise Refused(409, _CONFLICT)
    if "allowed_updates" in params:
        world.updates.ask_for(params["allowed_updates"])
    limit = min(max(params.get("limit", 100), 1), 100)
    return world.updates.take(params.get("offset", 0), limit)


def set_webhook(world: World, params: Json) -> bool:
    """Updates are pushed from now on; an empty address ends it."""
    if "allowed_updates" in params:
        world.updates.ask_for(params["allowed_updates"])
    if params.get("drop_pending_updates"):
        world.updates.clear()
    world.webhook = _webhook(params) if params.get("url") else None
    world.webhook_error = None
    world.tell("webhook")
    return True


def _webhook(params: Json) -> Webhook:
    url, secret = params["url"], params.get("secret_token", "")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(params.get("max_connections", 40), 1), 100)
    return Webhook(url, secret, connections, params.get("ip_address"))


def delete_webhook(world: World, params: Json) -> bool:
    """Back to getUpdates."""
    return set_webhook(world, {"drop_pending_updates": params.get("drop_pending_updates", False)})


def get_webhook_info(world: World, _: Json) -> Json:
    """How delivery stands."""
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates.waiting())}
    if world.webhook is not None:
        info |= {"url": world.webhook.url, "max_connections": world.webhook.max_connections}
    if world.webhook_error is not None:
        at, words = world.webhook_error
        info |= {"last_error_date": int(at.timestamp()), "last_error_message": words}
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info


def _yes(_: World, __: Json) -> bool:
    return True


_POLL = takes(integer="offset limit timeout", array="allowed_updates")
_SET = takes(
    string="url ip_address secret_token",
    file="certificate",
    integer="max_connections",
    array="allowed_updates",
    boolean="drop_pending_updates",
)

METHODS = (
    Method("getUpdates", _POLL, get_updates),
    Method("setWebhook", _SET, set_webhook),
    Method("deleteWebhook", takes(boolean="drop_pending_updates"), delete_webhook),
    Method("getWebhookInfo", {}, get_webhook_info),
    Method("logOut", {}, _yes),
    Method("close", {}, _yes),
)
