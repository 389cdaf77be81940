"""The product's own logging at DEBUG is heard here, too."""

from tests.bot.conftest import sink  # noqa: F401 - a fixture
