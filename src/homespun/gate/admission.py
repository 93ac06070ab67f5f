"""Somebody on the way through the gate, and what they leave it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from homespun.accounts import ApiKey, Caller
from homespun.billing import BudgetPeriod, Charge, Delivery, Hold, KeyBudget
from homespun.core.errors import HomespunError
from homespun.core.ids import new_id
from homespun.core.incoming import Incoming
from homespun.core.messages import ChatPrompt, Prompt, TextPrompt, TokenPrompt
from homespun.core.rates import UNLIMITED, Rates
from homespun.core.sampling import Sampling
from homespun.journal import Closing, Draft, JsonValue, NewTurn, Turn, TurnState

from .idempotency import Known, Name, digest_of
from .limits import Wish

Windows = Callable[[str], int]
"""How many tokens a model's prompt and answer may have together, by its name; 0: nobody knows yet."""

_BYTES_A_TOKEN = 3
"""Few texts have fewer; what a prompt really has is known later, and charged then."""
_MESSAGE_TOKENS = 8
"""About what a chat template adds around a message."""
_UNKNOWN_WINDOW = 4096


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to be answered."""

    incoming: Incoming
    """What was asked, its answer cut to what the payer can afford."""
    turn: Turn
    """The turn that was opened for it."""
    rates: Rates = UNLIMITED
    """How much may still be asked."""
    project_id: str | None = None
    """The project whose conversation it is asked in."""
    is_repeated: bool = False
    """The turn is that of an earlier request with the same idempotency key; nothing was opened."""


@dataclass(slots=True)
class Applicant:
    """Somebody who asks to be answered, and how far they have come."""

    caller: Caller
    incoming: Incoming
    turn_id: str = field(default_factory=lambda: new_id("turn"))
    draft: Draft | None = None
    rates: Rates = UNLIMITED
    charge: Charge | None = None
    is_bounded: bool = False
    """Something else than money bounds the answer: the request itself, or the model's window."""
    hold: Hold | None = None
    outcome: Admission | HomespunError | None = None
    """None: it isn't decided yet."""

    @property
    def name(self) -> Name | None:
        """Of the idempotency key, if there is one."""
        key = self.incoming.idempotency_key
        return (self.caller.person.id, key) if key else None

    def known(self) -> Known:
        """What the idempotency key stands for from now on."""
        return Known(digest_of(self.incoming), self.turn_id)

    def new_turn(self) -> NewTurn:
        """As the journal takes it."""
        incoming = self.incoming
        return NewTurn(
            id=self.turn_id,
            owner_id=self.caller.person.id,
            door=incoming.door,
            model=incoming.model,
            prompt=incoming.prompt,
            parameters=_recorded(incoming.sampling),
            place=incoming.place,
            is_streamed=incoming.is_streamed,
            release_id=incoming.placement.release_id,
            arm_probability=incoming.placement.probability,
        )

    def wish(self, *, foreseen_answer_tokens: int) -> Wish:
        """As the limits take it."""
        sampling = self.incoming.sampling
        foreseen = foreseen_answer_tokens if sampling.max_tokens is None else sampling.max_tokens
        answer_tokens = foreseen * sampling.n
        return Wish(self.turn_id, self._subjects(), self._prompt_tokens() + answer_tokens)

    def charged(self, windows: Windows, at: datetime) -> Charge:
        """As billing takes it: with the longest answer that there can be, of a token at least.

        The prompt's length is an estimate, so it makes no room smaller. A window that nobody knows bounds nothing.
        """
        caller, sampling, window = self.caller, self.incoming.sampling, windows(self.incoming.model)
        longest = (window or _UNKNOWN_WINDOW) if sampling.max_tokens is None else max(sampling.max_tokens, 1)
        self.is_bounded = sampling.max_tokens is not None or bool(window)
        self.charge = Charge(
            turn_id=self.turn_id,
            payer_id=caller.payer_id,
            person_id=caller.person.id,
            team_id=caller.team_id if caller.team_pays else None,
            key_id=caller.key.id if caller.key else None,
            key_budget=_budget(caller.key),
            door=self.incoming.door,
            model=self.incoming.model,
            likely_prompt_tokens=self._prompt_tokens(),
            max_completion_tokens=(min(longest, window) if window else longest) * sampling.n,
            at=at,
            requests=int(self.incoming.is_first),
            is_free=self.incoming.is_on_the_house,
        )
        return self.charge

    def admitted(self, turn: Turn) -> Admission:
        """Everything was asked, and nothing speaks against it."""
        assert self.charge is not None
        assert self.hold is not None
        incoming, sampling, affordable = self.incoming, self.incoming.sampling, self.hold.max_completion_tokens
        if affordable < self.charge.max_completion_tokens or (self.hold.micros_held and not self.is_bounded):
            shorter = replace(sampling, max_tokens=max(affordable // sampling.n, 1))
            incoming = replace(incoming, sampling=shorter)
        return Admission(incoming, turn, self.rates, self.draft.project_id if self.draft else None)

    def _subjects(self) -> tuple[str, ...]:
        caller = self.caller
        subjects = [f"person:{caller.person.id}", f"door:{self.incoming.door}"]
        if caller.key:
            subjects.append(f"key:{caller.key.id}")
        if caller.team_id:
            subjects.append(f"team:{caller.team_id}")
        return tuple(subjects)

    def _prompt_tokens(self) -> int:
        before = self.draft.known_tokens if self.draft else 0
        return before + likely_tokens(self.incoming.prompt)


def _budget(key: ApiKey | None) -> KeyBudget | None:
    """As billing minds it."""
    if key is None or key.budget is None:
        return None
    return KeyBudget(key.budget.micros, BudgetPeriod(key.budget.period))


def likely_tokens(prompt: Prompt) -> int:
    """About how many tokens a prompt has, without asking the model's tokenizer."""
    match prompt:
        case TokenPrompt(token_ids):
            return len(token_ids)
        case TextPrompt(text):
            return _likely(text)
        case ChatPrompt(messages):
            return sum(_likely(message.content) + _MESSAGE_TOKENS for message in messages)


def _likely(text: str) -> int:
    return -(-len(text.encode(errors="surrogatepass")) // _BYTES_A_TOKEN)


def delivery(turn_id: str, closing: Closing, at: datetime, *, is_streamed: bool) -> Delivery:
    """What somebody has got of an answer: of one that was to come whole and didn't, nothing."""
    if not is_streamed and closing.state is not TurnState.COMPLETE:
        return Delivery(turn_id, 0, 0, 0, at, closing.machine_us)
    tokens = _completion_tokens(closing)
    return Delivery(turn_id, closing.prompt_tokens, closing.cached_tokens, tokens, at, closing.machine_us)


def used_tokens(closing: Closing) -> int:
    """What a turn has cost the engine, delivered or not."""
    return closing.prompt_tokens + _completion_tokens(closing)


def _completion_tokens(closing: Closing) -> int:
    return sum(answer.completion_tokens for answer in closing.answers)


def _recorded(sampling: Sampling) -> Mapping[str, JsonValue]:
    """Every parameter as it was used, defaults too: a default may change, what was done may not."""
    return {
        **asdict(sampling),
        "stop": list(sampling.stop),
        "stop_token_ids": list(sampling.stop_token_ids),
        "logit_bias": {str(token_id): bias for token_id, bias in sampling.logit_bias.items()},
    }
