"""A load balancer in front of several bots: nginx, as docs/scale.md sets it up."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.bot.tools import until

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream stridecheck {{
        {servers}
        keepalive 16;
    }}
    server {{
        listen {listen};
        client_max_body_size 1m;
        location = /telegram {{
            proxy_pass http://stridecheck;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_connect_timeout 2s;
            # A repeated update is harmless, so whoever is left may have it.
            proxy_next_upstream error timeout http_502 http_503 non_idempotent;
        }}
    }}
}}
"""


@contextlib.asynccontextmanager
async def balancer(folder: Path, listen: str, bots: Sequence[str]) -> AsyncIterator[None]:
    """It passes what comes to `listen` on to one of `bots` (host:port each), and to the next when one is away."""
    program = shutil.which("nginx")
    if program is None:
        raise SystemExit("this scenario wants nginx. Cure: apt-get install --no-install-recommends nginx-light")
    servers = "\n        ".join(f"server {each} max_fails=1 fail_timeout=2s;" for each in bots)
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, servers=servers, listen=listen))
    running = await asyncio.create_subprocess_exec(
        program, "-c", str(file), "-p", str(folder), stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await until((folder / "nginx.pid").exists, 10)
        yield
    finally:
        running.terminate()
        await running.wait()
