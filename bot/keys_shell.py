"""`stridecheck keys …`: the keys that people's data is sealed with."""

from __future__ import annotations

import typer

from bot import settings
from storage import crypto

app = typer.Typer(help="Keys that people's data is sealed with: make one, renew.", no_args_is_help=True)

FIRST = """\
# Put this line into .env, and keep a copy of it apart from the database and its backups:
# without it nobody can read them, with it anybody can.
ENCRYPTION_KEYS={new}"""
ANOTHER = """\
# 1. Put this key in front of those that you have: ENCRYPTION_KEYS={new},<what it is now>
# 2. Keep a copy apart from the database and its backups. Start every bot anew.
# 3. Type: stridecheck keys rotate. When it says that nothing is left, the old keys may go, except for old backups.
{new}"""


@app.command()
def new() -> None:
    """Print a fresh key, and where to put it. Nothing is stored."""
    known = settings.read_keys()
    name, key = crypto.new_key(known)
    typer.echo((FIRST if known is None else ANOTHER).format(new=f"{name}:{key}"))
