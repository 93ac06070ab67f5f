"""One at a time has a lock, in whichever process."""

from __future__ import annotations

from pathlib import Path

import pytest

from homespun.learning.taking import taken


def test_one_at_a_time_has_it(tmp_path: Path) -> None:
    lock = tmp_path / "not made yet" / "x.lock"
    with taken(lock) as ours, taken(lock) as theirs, taken(lock, patience_s=0.02) as patient:
        assert (ours, theirs, patient) == (True, False, False)
    with taken(lock) as again:
        assert again


def test_whoever_fails_lets_it_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), taken(tmp_path / "x.lock"):
        _ = 1 / 0
    with taken(tmp_path / "x.lock") as again:
        assert again
