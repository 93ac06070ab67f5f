from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from homespun.cli.terminal import harmless
from tests.patience import PATIENCE_S

from .conftest import Run
from .servers import serving


def test_answers_one_question_and_leaves(run: Run) -> None:
    assert run("chat", "hello").out == "You said: hello\n"


def test_takes_the_question_from_a_pipe(run: Run) -> None:
    assert run("chat", piped="hello\n").out == "You said: hello\n"


def test_what_is_piped_in_comes_after_the_question(run: Run) -> None:
    assert run("chat", "Explain:", piped="x = 1\n").out == "You said: Explain:\n\nx = 1\n"


def test_no_question_at_all_is_an_error(run: Run) -> None:
    outcome = run("chat")
    assert outcome.status == 1
    assert "There is no question" in outcome.err


def test_is_cut_at_the_longest_answer(run: Run) -> None:
    assert run("chat", "one two three", "--max-tokens", "3").out.strip() == "You said: one"


def test_talks_to_any_server_that_speaks_the_protocol(run: Run) -> None:
    with serving() as running:
        key = run("keys", "create", "ci").out.strip()
        said = run("chat", "hello", "--url", running.address, "--key", key).out
        refused = run("chat", "hello", "--url", running.address, "--key", "wrong")
    assert said == "You said: hello\n"
    assert refused.status == 1
    assert "This is no API key of Homespun" in refused.err


def test_a_server_that_is_not_there_is_an_error_of_one_line(run: Run) -> None:
    outcome = run("chat", "hello", "--url", "http://127.0.0.1:9")
    assert outcome.status == 1
    assert "can't be reached" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_models_words_cannot_steer_the_terminal() -> None:
    assert harmless("a\x1b[2Jb\x07\r\n\tc\x9bd") == "a[2Jb\n\tcd"


class Terminal:
    """`homespun chat` with somebody at the keyboard."""

    def __init__(self) -> None:
        self._keyboard, its_end = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "homespun", "chat"],
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(its_end)
        self._unread = ""

    def type(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())

    def wait_for(self, text: str, patience_s: float = PATIENCE_S) -> str:
        """Everything up to and including `text`."""
        deadline = time.monotonic() + patience_s
        while text not in self._unread:
            readable, _, _ = select.select([self._keyboard], [], [], max(0, deadline - time.monotonic()))
            assert readable, f"{text!r} never came, only {self._unread!r}"
            self._unread += os.read(self._keyboard, 4096).decode()
        before, _, self._unread = self._unread.partition(text)
        return before + text

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._keyboard)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("TERM", "dumb")
    opened = Terminal()
    yield opened
    opened.close()


def test_holds_a_conversation_until_the_end_of_input(terminal: Terminal) -> None:
    terminal.wait_for("> ")
    terminal.type("hello\n")
    terminal.wait_for("You said: hello")
    terminal.wait_for("> ")
    terminal.type("\x04")
    assert terminal.process.wait(PATIENCE_S) == 0


def test_ctrl_c_stops_the_answer_and_twice_leaves(terminal: Terminal) -> None:
    terminal.wait_for("> ")
    terminal.type("word " * 500 + "end\n")
    terminal.wait_for("You said: word word")
    terminal.type("\x03")
    assert " end" not in terminal.wait_for("(stopped)").partition("You said")[2]
    terminal.wait_for("> ")
    for _ in range(3):  # the first may come just before the prompt listens
        terminal.type("\x03")
        with suppress(subprocess.TimeoutExpired):
            terminal.process.wait(PATIENCE_S / 3)
            break
    assert terminal.process.poll() == 0


def test_one_ctrl_c_at_the_prompt_does_not_leave(terminal: Terminal) -> None:
    terminal.wait_for("> ")
    for _ in range(3):  # Python notices one that comes just before the prompt listens at the next key only
        terminal.type("\x03")
        with suppress(AssertionError):
            terminal.wait_for("> ", PATIENCE_S / 3)
            break
    terminal.type("still here\n")
    terminal.wait_for("You said: still here")
