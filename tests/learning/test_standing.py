"""How an improvement stands, for whoever watches from another process."""

from __future__ import annotations

from pathlib import Path

from homespun.learning.examination import Progress
from homespun.learning.progress import Phase, Stepped
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Runs, Step
from homespun.learning.standing import Scribe, read_standing


def test_an_examination_says_nothing_of_its_judge_s_training_once_that_is_over(tmp_path: Path) -> None:
    run = Runs(tmp_path).begin("base-1", Recipe())
    scribe = Scribe(run)
    scribe.begin(Step.EXAMINE)
    scribe.take(Phase("trains"))
    scribe.take(Stepped(step=8, steps=8, loss=0.4, tokens_per_s=90.0, remaining_s=0.0))
    judged = read_standing(tmp_path)
    assert judged is not None
    assert (judged.step, judged.done, judged.total, judged.loss) == (Step.EXAMINE, 8, 8, 0.4)
    scribe.take(Progress("win rate", 1, 13))
    found = read_standing(tmp_path)
    assert found is not None
    assert (found.words, found.done, found.total, found.loss, found.remaining_s) == ("win rate", 0, 13, None, None)
