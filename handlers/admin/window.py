"""Since when figures are counted: 30 days, 90 days, or ever."""

from __future__ import annotations

from datetime import datetime, timedelta

DAYS = (30, 90, 0)  # 0: ever


def read(value: str) -> int:
    """The days that a button says; 30 for anything else."""
    return int(value) if value in {str(each) for each in DAYS} else DAYS[0]


def since(days: int, now: datetime) -> datetime | None:
    """The first moment that is counted; None: ever."""
    return now - timedelta(days=days) if days else None
