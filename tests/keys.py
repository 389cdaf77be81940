"""The keys that every test's database is sealed with."""

from __future__ import annotations

import base64

from storage.crypto import Ring

KEYS = f"test:{base64.b64encode(bytes(range(32))).decode()}"
RING = Ring.parse(KEYS)
