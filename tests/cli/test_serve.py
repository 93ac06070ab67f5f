from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE_S

from .conftest import Run
from .servers import RunningServer, serving


@pytest.fixture
def server(data_dir: Path) -> Iterator[RunningServer]:
    with serving() as running:
        yield running


def test_says_where_it_is_and_the_link_signs_in_once(server: RunningServer) -> None:
    token = server.greeting.partition("#token=")[2].split()[0]
    answers = [
        httpx.post(
            f"{server.address}/api/session",
            json={"token": token},
            headers={"Origin": server.address},
            timeout=PATIENCE_S,
        )
        for _ in range(2)
    ]
    assert [answer.is_success for answer in answers] == [True, False]
    assert answers[1].status_code == 401


def test_answers_with_a_key_made_while_it_runs(server: RunningServer, run: Run) -> None:
    key = run("keys", "create", "ci").out.strip()
    answer = httpx.post(
        f"{server.address}/v1/chat/completions",
        headers={"Authorization": f"Bearer {key}"},
        json={"model": "parrot", "messages": [{"role": "user", "content": "hello"}]},
        timeout=PATIENCE_S,
    )
    assert answer.json()["choices"][0]["message"]["content"] == "You said: hello"


def test_ctrl_c_ends_it_well(data_dir: Path) -> None:
    with serving() as running:
        pass
    assert running.process.returncode == 0


def test_prints_no_secret_where_it_is_told_not_to(data_dir: Path) -> None:
    with serving("--no-link") as running:
        assert "token" not in running.greeting


def test_a_taken_port_is_an_error_of_one_line_before_anything_is_fetched(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = run("serve", "--port", str(taken.getsockname()[1]))
    assert outcome.status == 1
    assert "listens on" in outcome.err
    assert "--port" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_model_that_is_not_there_is_an_error_of_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_ENGINE", "openvino")
    outcome = run("serve", "--port", "0", "--model", "nowhere")
    assert outcome.status == 1
    assert "homespun models pull nowhere" in outcome.err
    assert outcome.err.count("\n") == 1
