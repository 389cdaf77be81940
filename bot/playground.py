"""`stridecheck try`: the simulator, the bot and a database in a temporary folder, in a chat page on this machine.

No token, no network: nothing leaves 127.0.0.1, and everything is gone afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from pathlib import Path

import uvicorn

from bot import listening
from bot.sandbox import Sandbox
from simulator.http import build_app

HOST = "127.0.0.1"
PORTS_TRIED = 50


def play(port: int, pack_folder: Path) -> None:
    """Run the playground until Ctrl-C (or SIGTERM), and clean up."""
    with tempfile.TemporaryDirectory(prefix="stridecheck-") as folder:
        sandbox = Sandbox(Path(folder), pack_folder)
        listener = _listen(port)
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        print(f"Stride Check is ready to try: {address}   (Ctrl-C ends it)", flush=True)  # noqa: T201 - for a person
        _open_browser(address)
        asyncio.run(serve(sandbox, listener))


async def serve(sandbox: Sandbox, listener: socket.socket) -> None:
    """Until told to end by a signal; then everything is closed in order."""
    config = uvicorn.Config(
        build_app(sandbox.telegram, host=sandbox.host()),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = _Server(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt there
            asyncio.get_running_loop().add_signal_handler(number, server.end)
    await sandbox.start()
    try:
        await server.serve(sockets=[listener])
    finally:
        await sandbox.stop()
        listener.close()


class _Server(listening.Server):
    def end(self) -> None:
        """Once to end in order, twice to end now."""
        self.force_exit = self.should_exit
        self.should_exit = True


def _listen(port: int) -> socket.socket:
    """A listening socket at the port, or at the next free one."""
    for candidate in range(port, port + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
        except OSError:
            listener.close()
            continue
        listener.listen(100)
        return listening.without_delay(listener)
    raise OSError(f"no free port from {port} to {port + PORTS_TRIED - 1}; name another with --port")


def _open_browser(address: str) -> None:
    """Where there is a screen and a person."""
    screens = (os.environ.get("DISPLAY"), os.environ.get("WAYLAND_DISPLAY"))
    if (sys.platform in {"darwin", "win32"} or any(screens)) and sys.stdout.isatty():
        webbrowser.open(address)
