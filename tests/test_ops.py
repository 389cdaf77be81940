"""What an operator's machine is given agrees with the program, and with itself: image, compose, units, Caddy, CI."""

from __future__ import annotations

import re
import runpy
import tomllib
from configparser import RawConfigParser
from typing import Any

import pytest
import yaml

from bot.settings import CURES
from tests.test_house import HOUSE, ROOMS

# For docker-compose.yml and Caddy alone: the program does not know them.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "COMPOSE_PROFILES"}
OTHERS = re.compile(r"POSTGRES_\w+|PIP_\w+|PYTHON\w+|PATH|STRIDECHECK|BACKUP_FOLDER")
UNITS = ("stridecheck.service", "stridecheck-backup.service")


class Unit(RawConfigParser):
    """Keys of systemd have capitals."""

    def optionxform(self, optionstr: str) -> str:
        """As it stands there."""
        return optionstr


def text(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))
    return found


def unit(name: str) -> Unit:
    """A unit, of each repeated key the last one."""
    found = Unit(strict=False, interpolation=None, delimiters=("=",))
    found.read_string(text(f"ops/{name}"))
    return found


def workflows() -> dict[str, Any]:
    return {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in HOUSE.glob(".github/workflows/*.yml")
    }


def example() -> set[str]:
    """Every name that .env.example has a line for."""
    return set(re.findall(r"^#?([A-Z_]+)=", text(".env.example"), flags=re.MULTILINE))


def named() -> dict[str, set[str]]:
    """Every variable that a file sets or asks for."""
    services = compose()["services"].values()
    image = re.findall(r"^ENV (.*)$", text("Dockerfile").replace("\\\n", ""), flags=re.MULTILINE)
    return {
        "docker-compose.yml": {name for each in services for name in each.get("environment", {})},
        "docker-compose.yml, asked for": set(re.findall(r"\$\{([A-Z_]+)", text("docker-compose.yml"))),
        "ops/Caddyfile": set(re.findall(r"\{\$([A-Z_]+)", text("ops/Caddyfile"))),
        "Dockerfile": {name for line in image for name in re.findall(r"(\w+)=", line)},
        ".ci/systemd": set(re.findall(r"^put ([A-Z_]+)", text(".ci/systemd"), flags=re.MULTILINE)),
    }


def test_the_example_file_has_only_names_that_something_reads() -> None:
    assert example() == set(CURES) | COMPOSE_ONLY


@pytest.mark.parametrize("place", named())
def test_every_variable_that_is_set_or_asked_for_exists(place: str) -> None:
    found = named()[place]
    assert found, "nothing was looked at"
    assert {name for name in found if not OTHERS.fullmatch(name)} <= set(CURES) | COMPOSE_ONLY


def test_the_image_gets_every_room_and_nothing_that_is_not_in_the_wheel() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    copied = set(re.findall(r"^COPY (\w+) \1$", text("Dockerfile"), flags=re.MULTILINE))
    assert copied == set(ROOMS) == set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    let_in = set(re.findall(r"^!(\S+)$", text(".dockerignore"), flags=re.MULTILINE))
    files = {
        word for line in re.findall(r"^COPY (.*) \./$", text("Dockerfile"), flags=re.MULTILINE) for word in line.split()
    }
    assert let_in == copied | files


def test_ours_may_write_nowhere_but_in_volumes_and_the_database_is_in_no_other_network() -> None:
    services, networks = compose()["services"], compose()["networks"]
    for name in ("bot", "backup"):
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
    assert services["postgres"]["networks"] == services["backup"]["networks"] == ["database"]
    assert networks["database"]["internal"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert compose()["name"] == "stridecheck", "volumes must not depend on what a folder is called"
    assert "backups:/backups:ro" in services["bot"]["volumes"]


def test_each_service_has_limits_and_starts_again() -> None:
    for service in compose()["services"].values():
        assert service["restart"] == "unless-stopped"
        assert service["mem_limit"]
        assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_a_command_in_the_folder_of_the_settings_and_is_shut_in(name: str) -> None:
    service = unit(name)["Service"]
    assert service["ExecStart"].startswith("/opt/stridecheck/bin/stridecheck ")
    assert (service["User"], service["WorkingDirectory"]) == ("stridecheck", "/etc/stridecheck")
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["UMask"]) == ("strict", "yes", "0077")


def test_the_bot_says_when_it_is_ready_and_is_always_started_again() -> None:
    service = unit(UNITS[0])["Service"]
    assert (service["Type"], service["WatchdogSec"], service["Restart"]) == ("notify", "60", "always")
    assert compose()["services"]["bot"]["stop_grace_period"] == f"{service['TimeoutStopSec']}s"


def test_what_proves_an_upload_is_left_what_it_needs() -> None:
    """The solver calls back into Python, for which libffi wants such memory, and the reader limits itself."""
    words = {line for line in text(f"ops/{UNITS[0]}").splitlines() if not line.startswith("#")}
    assert not [line for line in words if line.startswith("MemoryDenyWriteExecute")]
    assert not [line for line in words if line.startswith("SystemCallFilter=~") and "@resources" in line]


def test_every_action_is_pinned_by_commit_and_nothing_may_write_but_a_release() -> None:
    for name, workflow in workflows().items():
        jobs = workflow["jobs"].values()
        used = [step["uses"] for job in jobs for step in job["steps"] if "uses" in step]
        assert [each for each in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", each)] == []
        assert workflow["permissions"] == {"contents": "read"}
        assert all(job["timeout-minutes"] for job in jobs)
        assert name == "release.yml" or not [job for job in jobs if "permissions" in job]


def test_the_tests_run_on_every_python_that_is_promised() -> None:
    matrix = workflows()["ci.yml"]["jobs"]["tests"]["strategy"]["matrix"]
    least = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")
    assert matrix["python"][0] == least
    assert f"python:{least}-" in text("Dockerfile")


def test_the_steps_that_ci_follows_are_in_the_documentation() -> None:
    for heading in re.findall(r'steps "([^"]+)"', text(".ci/systemd")):
        _, _, below = text("docs/operating.md").partition(f"\n### {heading}\n")
        block = below.partition("\n#")[0].split("```")[1]
        assert "sudo " in block
    for name in re.findall(r"ops/[\w.-]+", text("docs/operating.md")):
        assert (HOUSE / name.rstrip(".")).is_file()


NOTES = """# Changelog

## [Unreleased]

## [1.10.0] - 2026-12-01

### Added
- Ten.

## [1.1.0] - 2026-11-30
- One.
"""


@pytest.mark.parametrize(
    ("version", "said"), [("1.1.0", "- One."), ("1.10.0", "### Added\n- Ten."), ("1.0.0", None), ("Unreleased", None)]
)
def test_a_release_has_the_words_of_its_own_version(version: str, said: str | None) -> None:
    assert runpy.run_path(str(HOUSE / ".ci" / "notes.py"))["notes"](NOTES, version) == said


def test_our_own_changelog_can_be_read_for_a_release() -> None:
    found = runpy.run_path(str(HOUSE / ".ci" / "notes.py"))["notes"](text("CHANGELOG.md"), "Unreleased")
    assert found is not None
    assert found.startswith("### Added")
