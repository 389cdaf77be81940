"""Asks a running bot whether it does its work, as `python -m bot.asking`: for a container's health check.

LISTEN says where. Nothing but the standard library, for it is asked again and again. Exit code: 0 when it does, else 1.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

PATIENCE_S = 5.0
NOBODY = "nobody answers"
USUAL = "127.0.0.1:8080"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "::": "[::1]"}  # noqa: S104 - where it listens, and where to ask


def place(listen: str) -> str:
    """The address to ask at, on this machine."""
    host, _, port = listen.rpartition(":")
    return f"http://{ANYWHERE.get(host, host)}:{port}/readyz"


def ask(listen: str) -> tuple[bool, str]:
    """Is it at its work? And its own words, or why there are none."""
    try:
        with urllib.request.urlopen(place(listen), timeout=PATIENCE_S) as answer:  # noqa: S310 - http, on this machine
            return True, answer.read().decode()
    except urllib.error.HTTPError as error:
        return False, error.read().decode()
    except OSError as error:
        return False, f"{NOBODY} at {place(listen)} ({type(error).__name__})"


def main() -> None:
    """Ask, print the answer, and exit."""
    is_well, words = ask(os.environ.get("LISTEN") or USUAL)
    sys.stdout.write(f"{words}\n")
    raise SystemExit(not is_well)


if __name__ == "__main__":
    main()
