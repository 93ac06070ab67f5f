"""A gate with all that is behind it, and what is asked at it."""

from __future__ import annotations

from pathlib import Path

from homespun.accounts import Accounts, Person, Role
from homespun.billing import Billing
from homespun.billing import Settings as BillingSettings
from homespun.core.clock import FakeClock
from homespun.core.events import FinishReason
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Prompt
from homespun.core.messages import Role as Speaker
from homespun.core.sampling import Sampling
from homespun.gate import Gate, Settings
from homespun.journal import Answer, Closing, Journal, TurnState
from homespun.store import Store

STRANGER = Person("person_stranger", "Stranger", Role.MEMBER)


class House:
    """A gate with all that is behind it."""

    def __init__(
        self, store: Store, spool_dir: Path, settings: Settings | None = None, *, clock: FakeClock | None = None
    ) -> None:
        clock = self.clock = clock or FakeClock()
        self.spool_dir = spool_dir
        self.accounts = Accounts(store, clock)
        self.journal = Journal(store, spool_dir, clock)
        self.billing = Billing(store, clock, BillingSettings())
        self.gate = Gate(store, self.accounts, self.billing, self.journal, clock, lambda _: 2048, settings)


def asked(
    question: str, place: Place | None = None, *, sampling: Sampling | None = None, door: Door = Door.API
) -> Incoming:
    prompt: Prompt = ChatPrompt((Message(Speaker.USER, question),))
    return Incoming(door, "smol", prompt, sampling or Sampling(), place)


def closing(text: str = "Hello", *, prompt_tokens: int = 7, completion_tokens: int = 3) -> Closing:
    answer = Answer(0, text, FinishReason.STOP, completion_tokens)
    return Closing(TurnState.COMPLETE, (answer,), prompt_tokens=prompt_tokens, total_ms=50)
