"""What a bench runs the bot with where time is pushed or jumped through: there are no threads to wait for."""

from __future__ import annotations

from typing import Any

from storage.database import Database


class InlineDatabase(Database):
    """Transactions in the loop's own thread: where time is pushed, nothing is gained by waiting for another one."""

    async def run(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of one transaction."""
        return self.run_now(work, *args, **kwargs)
