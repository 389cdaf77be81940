"""`stridecheck keys …`: the keys that people's data is sealed with."""

from __future__ import annotations

import typer

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

MEANWHILE = """\
{left} rows were written with an older key meanwhile. Cure: start every bot anew with the new keys, then repeat this."""


@app.command()
def new() -> None:
    """Print a fresh key, and where to put it. Nothing is stored."""
    from bot import settings
    from storage import crypto

    known = settings.read_keys()
    name, key = crypto.new_key(known)
    typer.echo((FIRST if known is None else ANOTHER).format(new=f"{name}:{key}"))


@app.command()
def rotate() -> None:
    """Seal everything again with the first key of ENCRYPTION_KEYS. The bot may run; stop and repeat as you like."""
    from bot import opening, settings
    from storage import rotation
    from storage.crypto import KeysError

    try:
        given = settings.read_database()
        database = opening.look_into(given)
        done, left = rotation.rotate(database), database.run_now(rotation.left)
        database.close()
    except (settings.SettingsError, KeysError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for each in done:
        if each.rows:
            typer.echo(f"{each.table}: {each.rows} sealed again")
    typer.echo(MEANWHILE.format(left=left) if left else f"Nothing is left under another key than {given.ring.ids[0]}.")
    raise typer.Exit(1 if left else 0)
