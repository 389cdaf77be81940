"""Reads a call's parameters out of an HTTP request: query string, form, JSON or multipart.

Documented by Telegram (Making requests). The standard library reads them all, so no form parser is needed.
"""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from simulator.records import bad_request
from simulator.world import Upload


async def parameters(request: Request) -> dict[str, Any]:
    """All parameters by name; an upload is an Upload."""
    found: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if body and kind.startswith("application/json"):
        found |= _json(body)
    elif body and kind.startswith("multipart/form-data"):
        found |= _multipart(kind, body)
    elif body:
        found |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return found


def _json(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse JSON") from error
    if not isinstance(decoded, dict):
        raise bad_request("can't parse JSON: Object expected")
    return decoded


def _multipart(kind: str, body: bytes) -> dict[str, str | Upload]:
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=HTTP)
    found: dict[str, str | Upload] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        file_name = part.get_filename()
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if file_name:
            found[str(name)] = Upload(file_name, content, part.get_content_type())
        else:
            found[str(name)] = content.decode("utf-8", "replace")
    return found
