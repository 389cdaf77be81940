"""What a bench runs the bot with where time is pushed or jumped through: there are no threads to wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from storage.database import Database


class InlineDatabase(Database):
    """Transactions in the loop's own thread: where time is pushed, nothing is gained by waiting for another one."""

    async def run(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of one transaction."""
        return self.run_now(work, *args, **kwargs)


def never_mind_the_disk(database: Database) -> None:
    """Nobody pulls a plug here: waiting for the disk at each commit was a third of the whole time."""
    event.listen(database.engine, "connect", _unsafe if database.is_sqlite else _unsafe_on_postgresql)


def _unsafe(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _unsafe_on_postgresql(connection: Any, record: Any) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.commit()
