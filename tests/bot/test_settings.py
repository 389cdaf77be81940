"""Every wrong setting names itself and its cure, all at once, and no secret is ever printed."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from bot import settings
from bot.set_texts import READ
from bot.settings import CURES, Settings, SettingsError
from handlers.screens import Operator
from storage.ledger import Ledger
from tests.keys import KEYS

TOKEN = "123456789:AAHsecretsecretsecretsecretsecret00"
SECRET = TOKEN.partition(":")[2]

WRONG = [
    ("BOT_TOKEN", "12345", "does not look like a bot token"),
    ("BOT_TOKEN", "abc:" + "x" * 35, "does not look like a bot token"),
    ("DATABASE_URL", "a file", "is not a database address"),
    ("DATABASE_URL", "mysql://ana:geheim@host/name", "only sqlite and postgresql+psycopg"),
    ("DATABASE_URL", "postgresql://ana:geheim@host/name", "only sqlite and postgresql+psycopg"),
    ("ENCRYPTION_KEYS", f"k1:{SECRET}", "no key of 32 bytes"),
    ("ENCRYPTION_KEYS", f"{SECRET}-{SECRET}", "no usable id in its part 1"),
    ("ENCRYPTION_KEYS", f"{KEYS},{KEYS}", "the same id again in its part 2"),
    ("ADMIN_IDS", "@ana", "must be numbers"),
    ("ADMIN_IDS", "1,2,x", "must be numbers"),
    ("TIME_SCALE", "0", ""),
    ("RETENTION_DAYS", "ever", ""),
    ("RETENTION_DAYS", "0", ""),
    ("TIME_SCALE", "fast", ""),
    ("LOG_LEVEL", "loud", "no level"),
    ("LOG_FORMAT", "yaml", "no form"),
    ("SENTRY_DSN", "https://sentry.club.example/1", "is not a DSN"),
    ("TELEGRAM_API_URL", "localhost:8081", "is not a web address"),
    ("WEBHOOK_URL", "example.org", "is not a web address"),
    ("WEBHOOK_URL", "http://bot.example.org", "is not https"),
    ("WEBHOOK_SECRET", "two words", "other characters"),
    ("WEBHOOK_SECRET", "Random-word9", "can be guessed"),
    ("WEBHOOK_SECRET", "aaaabbbb" * 4, "can be guessed"),
    ("ERASURE_LEDGER", "no-such-folder/erased", "is not a file in a folder that is there"),
    ("BACKUP_FOLDER", __file__, "is no folder"),
    ("OPERATOR_NAME", "two\nlines", "is no single line"),
    ("OPERATOR_CONTACT", "x" * 101, "is too long"),
    ("PRIVACY_URL", "example.org/privacy", "is not a web address"),
    ("LISTEN", "8080", "is not a host and a port"),
    ("LISTEN", "0.0.0.0:http", "is not a host and a port"),
    ("LISTEN", "0.0.0.0:99999", "is not a host and a port"),
]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, and no .env of the folder we are in."""
    for name in CURES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_keys_and_the_token_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENCRYPTION_KEYS")
    with pytest.raises(SettingsError) as error:
        settings.read()
    missing = ("ENCRYPTION_KEYS", "BOT_TOKEN")
    assert str(error.value) == "\n".join(f"{name} is missing. Cure: {CURES[name]}" for name in missing)
    assert "stridecheck keys new" in str(error.value)
    assert "@BotFather" in str(error.value)
    assert "export BOT_TOKEN=" in str(error.value)


def test_keys_and_a_token_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    found = settings.read()
    assert found.bot_token.plain == TOKEN
    assert found.database_url == "sqlite:///stridecheck.db"
    assert found.telegram_api_url == "https://api.telegram.org"
    assert (found.webhook_url, found.webhook_secret, found.admin_ids) == (None, None, frozenset())
    assert (found.time_scale, found.log_level, found.listen) == (1.0, "INFO", None)
    assert found.door is None, "a bot that polls listens only where it is told to"


def test_everything_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "BOT_TOKEN": TOKEN,
        "DATABASE_URL": "postgresql+psycopg://ana:geheim@host/name",
        "ENCRYPTION_KEYS": KEYS,
        "ADMIN_IDS": " 11 , 22,",
        "TIME_SCALE": "600",
        "RETENTION_DAYS": "30",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "JSON",
        "SENTRY_DSN": "https://0123abc@sentry.club.example/1",
        "TELEGRAM_API_URL": "http://127.0.0.1:8081",
        "WEBHOOK_URL": "https://bot.example.org",
        "WEBHOOK_SECRET": "a-long_Random-word9",
        "LISTEN": "0.0.0.0:80",
        "ERASURE_LEDGER": "erased",
        "BACKUP_FOLDER": "backups",
        "OPERATOR_NAME": "Club Verde",
        "OPERATOR_CONTACT": "privacy@club.example",
        "PRIVACY_URL": "https://club.example/privacy",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    found = settings.read()
    assert (found.admin_ids, found.time_scale, found.log_level) == (frozenset({11, 22}), 600.0, "DEBUG")
    assert (found.retention_days, found.log_format) == (30, "json")
    assert found.operator == Operator("Club Verde", "privacy@club.example", "https://club.example/privacy", 30)
    assert found.ledger == Ledger(Path("erased"))
    assert set(given) == set(CURES)


@pytest.mark.parametrize(("name", "value", "why"), WRONG)
def test_a_wrong_setting_names_itself_why_and_the_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("WEBHOOK_SECRET", "a-long_Random-word9")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        settings.read()
    [line] = str(error.value).splitlines()
    assert line.startswith(f"{name} ")
    assert why in line
    assert line.endswith(f"Cure: {CURES[name]}")
    assert "geheim" not in line


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {name: value for name, value, _ in WRONG}
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        settings.read()
    assert {line.partition(" ")[0] for line in str(error.value).splitlines()} == set(wrong) == set(CURES)


def test_a_webhook_needs_its_secret_and_that_is_said_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.org")
    with pytest.raises(SettingsError) as error:
        settings.read()
    assert [line.partition(" ")[0] for line in str(error.value).splitlines()] == ["BOT_TOKEN", "WEBHOOK_SECRET"]


@pytest.mark.parametrize("name", CURES)
def test_a_token_in_the_wrong_place_is_not_printed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv(name, f"{TOKEN} " if name != "BOT_TOKEN" else f"bot{TOKEN}")
    with pytest.raises(SettingsError) as error:
        settings.read()
    assert SECRET not in str(error.value)


def test_settings_can_be_shown_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://ana:geheim@host/name")
    monkeypatch.setenv("WEBHOOK_SECRET", "a-long_Random-word9")
    assert SECRET not in f"{settings.read()!r}{settings.read()}"
    assert "geheim" not in f"{settings.read()!r}{settings.read()}"


def test_a_file_named_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"BOT_TOKEN={TOKEN}\nLOG_LEVEL=ERROR\nTIME_SCALE=600\n", encoding="utf-8")
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    found = settings.read()
    assert (found.bot_token.plain, found.log_level, found.time_scale) == (TOKEN, "WARNING", 600.0)


def test_an_empty_setting_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CURES:
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)
    assert settings.read().webhook_url is None


def test_the_ledger_of_erasures_lies_beside_an_sqlite_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.read_database().ledger == Ledger(Path("stridecheck.db.erased"))
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://ana:geheim@host/name")
    assert settings.read_database().ledger == Ledger()


def test_commands_that_only_look_into_the_database_need_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.read_database().database_url == "sqlite:///stridecheck.db"
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    with pytest.raises(SettingsError, match="DATABASE_URL is not a database address"):
        settings.read_database()


def test_the_example_file_names_every_setting() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    assert {each.name.upper() for each in dataclasses.fields(Settings)} == {each.upper() for each in READ} == set(CURES)
    assert [name for name in CURES if f"{name}=" not in example] == []
    assert "BOT_TOKEN" not in os.environ
