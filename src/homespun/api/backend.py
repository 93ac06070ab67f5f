"""What the doors stand on. Wiring builds it once; it lies in the ASGI scope of every request."""

from __future__ import annotations

from dataclasses import dataclass

from homespun.accounts import Accounts
from homespun.billing import Billing
from homespun.core.clock import Clock
from homespun.engines import LiveModels
from homespun.gate import Gate, Responses
from homespun.journal import Journal
from homespun.learning import Settings as LearningSettings
from homespun.learning.improvements import Improvements
from homespun.releases import Releases, Rollouts
from homespun.serve import Ring
from homespun.tuning import Desk

from .endings import Endings
from .installation import Installation
from .live import LiveAnswers
from .merges import Merges
from .metrics import Metrics
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Backend:
    """The parts of the house that the doors open on."""

    settings: Settings
    learning: LearningSettings
    installation: Installation
    clock: Clock
    accounts: Accounts
    billing: Billing
    gate: Gate
    responses: Responses
    ring: Ring
    journal: Journal
    models: LiveModels
    releases: Releases
    rollouts: Rollouts
    desk: Desk
    improvements: Improvements
    live: LiveAnswers
    endings: Endings
    merges: Merges
    metrics: Metrics
