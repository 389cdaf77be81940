"""`stridecheck try` as a newcomer starts it: a real process, a real page, no token and no network."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

STRIDECHECK = Path(sys.executable).with_name("stridecheck")
USER = 1001
PATIENCE_S = 30


class Playground:
    """A running `stridecheck try` and its page."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        folder.mkdir()
        words: list[str | Path] = [STRIDECHECK, "try", "--port", str(port)]
        env = {"TMPDIR": str(folder), "PATH": os.environ["PATH"]}
        self.process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:(\d+)", self.greeting)
        assert address, self.process.communicate(timeout=PATIENCE_S)
        self.port = int(address[1])
        self.page = httpx.Client(base_url=address[0], timeout=PATIENCE_S)
        wait(self.answers)

    def answers(self) -> bool:
        try:
            return self.page.get("/sim/state").status_code == 200
        except httpx.TransportError:
            return False

    def state(self) -> dict[str, Any]:
        return dict(self.page.get("/sim/state", params={"user": USER}).json())

    def last(self) -> dict[str, Any]:
        """The newest message of the bot."""
        return next(
            (each for each in reversed(self.state()["messages"]) if each["from_bot"]), {"text": "", "keyboard": []}
        )

    def send(self, text: str) -> None:
        self.page.post("/sim/text", json={"user": USER, "text": text}).raise_for_status()

    def press(self, label: str) -> None:
        """Press a button of the newest message, when it has come."""
        button = wait(lambda: next((each for each in self.buttons() if each["text"].lstrip("☐☑ ") == label), None))
        before = self.state()["messages"]
        body = {"user": USER, "message_id": self.last()["message_id"], "data": button["callback_data"]}
        self.page.post("/sim/tap", json=body).raise_for_status()
        wait(lambda: self.state()["messages"] != before)

    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.last()["keyboard"] for button in row]

    def clock(self, **move: object) -> dict[str, Any]:
        answer = self.page.post("/sim/clock", json=move)
        answer.raise_for_status()
        return dict(answer.json())

    def end(self) -> tuple[str, str]:
        """Ctrl-C; what it still printed."""
        self.page.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=PATIENCE_S)


def wait(found: Callable[[], Any]) -> Any:
    """What turns up, sooner or later."""
    until = time.monotonic() + PATIENCE_S
    while not (thing := found()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
    return thing


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """One playground for the tests that only talk."""
    running = Playground(tmp_path_factory.mktemp("try") / "tmp", free_port())
    yield running
    if running.process.poll() is None:
        running.end()


def free_port() -> int:
    """A port that nobody uses now, with free ones after it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def test_the_page_and_its_parts_are_served_from_this_machine_alone(playground: Playground) -> None:
    page = playground.page.get("/")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    parts = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert parts
    assert not [part for part in parts if part.startswith(("http", "//"))]
    for part in parts:
        if not part.startswith("data:"):
            assert playground.page.get(part).status_code == 200, part


def test_the_state_has_people_a_menu_and_a_clock_that_can_be_moved(playground: Playground) -> None:
    state = playground.state()
    assert [person["user_id"] for person in state["people"]] == [1001, 1002, 1003]
    assert state["clock"]["movable"] is True
    assert "check" in {command["command"] for command in state["menu"]["commands"]}


def test_a_check_can_be_played_to_its_next_reminder(playground: Playground) -> None:
    playground.send("/start")
    playground.press("Continue")
    clock = wait(lambda: next((each["text"] for each in playground.buttons() if each["text"][2:3] == ":"), None))
    playground.press(clock)
    playground.press(playground.buttons()[0]["text"])
    playground.press("16 or older")
    playground.press("I agree")
    playground.press("Start a check")
    playground.press("None of these")
    playground.press("Both legs weak")
    playground.press("Done (1 ticked)")
    emergency = wait(lambda: playground.last() if "EMERGENCY" in playground.last()["text"] else None)
    planned = playground.state()["clock"]["planned"]
    assert [each["person_id"] for each in planned] == [USER, USER]
    due_at = datetime.fromisoformat(planned[0]["due_at"])
    after = playground.clock(to="next")
    assert timedelta() <= datetime.fromisoformat(after["now"]) - due_at < timedelta(seconds=30)
    asked = wait(lambda: playground.last() if playground.last() != emergency else None)
    assert "called" in asked["text"]
    assert len(after["planned"]) == 1


def test_the_clock_can_be_pushed(playground: Playground) -> None:
    before = datetime.fromisoformat(playground.state()["clock"]["now"])
    after = datetime.fromisoformat(playground.clock(advance_s=86_400)["now"])
    assert timedelta(days=1) <= after - before < timedelta(days=1, minutes=1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("text", {"user": 5, "text": "hi"}),
        ("tap", {"user": USER}),
        ("clock", {"advance_s": "x"}),
        ("text", {"text": "x"}),
    ],
)
def test_a_wrong_request_is_refused_and_harms_nothing(
    playground: Playground, path: str, body: dict[str, object]
) -> None:
    assert playground.page.post(f"/sim/{path}", json=body).status_code == 400
    assert playground.page.post(f"/sim/{path}", data={"user": str(USER)}).status_code == 400
    assert playground.answers()


def test_a_taken_port_means_the_next_one_and_ctrl_c_leaves_nothing_behind(
    playground: Playground, tmp_path: Path
) -> None:
    second = Playground(tmp_path / "tmp", playground.port)
    assert second.port > playground.port
    assert [each.name.partition("-")[0] for each in second.folder.iterdir()] == ["stridecheck"]
    second.send("/start")
    wait(lambda: "not a diagnosis" in second.last()["text"])
    printed, errors = second.end()
    assert second.process.returncode in {0, 130, -signal.SIGINT}
    assert (printed, errors) == ("", "")
    assert list(second.folder.iterdir()) == []
    assert playground.answers()


def test_the_greeting_says_where_and_how_to_end(playground: Playground) -> None:
    assert "ready to try" in playground.greeting
    assert "Ctrl-C" in playground.greeting
