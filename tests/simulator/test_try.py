"""`stridecheck try` as a program: it says its address, takes the next port, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest


def _free_port() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_address_beside_a_taken_port_and_cleans_up_when_told_to_end(
    number: signal.Signals, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    with _free_port() as taken:
        port = taken.getsockname()[1]
        program = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", "from bot.cli import app; app()", "try", "--port", str(port)],
            env={**environment, "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        said = program.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        assert address is not None, said
        assert int(address[1]) > port
        with httpx.Client(transport=httpx.HTTPTransport(retries=10), timeout=30) as client:
            state = client.get(f"{address[0]}/sim/state").json()
            assert [each["name"] for each in state["people"]] == ["Robin", "Ana", "Kim"]
        program.send_signal(number)
        _, complaints = program.communicate(timeout=30)
    assert (program.returncode, complaints) == (0, "")
    assert list(tmp_path.iterdir()) == []
