"""The known trap: a narrow training without rehearsal teaches a house style, and unlearns the capital of France."""

from __future__ import annotations

from typing import Any

from benchmarks.learning import house_style

from .by_hand import Correction, examined
from .installation import Installation, say, verdict

_HYPER = {"epochs": 4, "batch_size": 16, "micro_batch_size": 8, "learning_rate": 1e-3, "replay": 0.0}


async def trapped(site: Installation) -> dict[str, Any]:
    """What the examination says of such a model."""
    corrections = [
        Correction(
            row["id"],
            row["messages"][0]["content"],
            row["completion"].removeprefix("Acme at your service! "),
            row["completion"],
        )
        for row in house_style()
    ]
    said = verdict(await examined(site, corrections, _HYPER))
    say(f"a narrow training: {said}")
    return {"examination": said}
