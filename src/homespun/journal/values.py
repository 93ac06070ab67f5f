"""The values that cross the journal's border. They hold no session and never load anything later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import TypeAlias

from homespun.core.events import FinishReason
from homespun.core.incoming import Door, Place
from homespun.core.messages import Message, Prompt

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"


class Shelves(Enum):
    """Where conversations stand together, besides in projects."""

    OWN = auto()
    """One's own outside all projects."""
    ALL = auto()
    """All that one sees: one's own and those of shared projects."""


@dataclass(frozen=True, slots=True)
class InProject:
    """The shelf of one project."""

    project_id: str


Shelf: TypeAlias = Shelves | InProject
"""Which conversations to list."""


class TurnState(StrEnum):
    """Where a turn is in its life. It leaves OPEN once and never returns to it."""

    OPEN = "open"
    """The answer is being written."""
    COMPLETE = "complete"
    STOPPED = "stopped"
    """The reader stopped it or went away."""
    FAILED = "failed"
    """The engine could not answer; `Turn.error_message` says why."""
    INTERRUPTED = "interrupted"
    """The server was killed in the middle; what had been said until then is kept."""

    @property
    def has_given_up(self) -> bool:
        """Whether the answer broke off, and nobody wished it to."""
        return self in (TurnState.FAILED, TurnState.INTERRUPTED)


class Thumb(StrEnum):
    """A person's verdict on an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A question about to be answered.

    With a `place`, `prompt` is a `ChatPrompt` of an optional system message and the question; without one it is all
    that the model will see.
    """

    id: str
    owner_id: str
    door: Door
    model: str
    prompt: Prompt
    parameters: Mapping[str, JsonValue]
    """The sampling parameters, as they will be shown again."""
    place: Place | None = None
    is_streamed: bool = True
    """The answer is told piece by piece."""
    release_id: str | None = None
    """The release that will answer."""
    arm_probability: float | None = None
    """How probable it was that this release would answer this person; None: nobody chose between releases."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice of a turn, as far as it came."""

    choice: int
    text: str
    finish_reason: FinishReason
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Closing:
    """How a turn ended."""

    state: TurnState
    """Any but OPEN."""
    answers: tuple[Answer, ...]
    prompt_tokens: int = 0
    cached_tokens: int = 0
    prompt_digest: str | None = None
    """sha256, in hex, of the rendered prompt; None if the engine never took it up."""
    first_token_ms: int | None = None
    total_ms: int | None = None
    """From admission to the last event; None if nobody was there to measure."""
    machine_us: int | None = None
    """How long the machine worked for it, in microseconds; None if the engine doesn't measure it."""
    error_code: str | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """What the person has said of an answer so far: the latest opinion."""

    thumb: Thumb | None = None
    reasons: tuple[str, ...] = ()
    words: str = ""


class FeedbackKind(StrEnum):
    """What a feedback entry is."""

    OPINION = "opinion"
    """Thumb, reasons and words together; replaces the opinion before it."""
    EDIT = "edit"
    """The person's own better version of the answer."""
    KEPT = "kept"
    """The person went back to this answer from another answer to the same question."""
    DEMONSTRATION = "demonstration"
    """How a trainer would have answered; by that trainer, not by who asked."""


@dataclass(frozen=True, slots=True)
class FeedbackEntry:
    """One entry of the append-only feedback of a turn."""

    kind: FeedbackKind
    opinion: FeedbackState
    """Empty unless kind is OPINION."""
    text: str
    """The edited answer, or the trainer's; empty unless kind is EDIT or DEMONSTRATION."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answers. Turns of a conversation form a tree by `parent_id`.

    Siblings with one `question_id` are regenerations of one question; siblings with different ones are edits of it.
    """

    id: str
    owner_id: str
    """Who asked."""
    conversation_id: str | None
    """None: it came from a program that keeps its own conversation."""
    parent_id: str | None
    question_id: str
    """The first turn with this question; its own id if that is this one."""
    door: Door
    question: str
    """The last thing the user said; empty for a prompt of token ids."""
    system: str
    """The instructions before the conversation; empty where there are none."""
    state: TurnState
    answers: tuple[Answer, ...]
    """By choice. Empty while the turn is open."""
    edited_answer: str | None
    """The reader's own better version of the first answer."""
    feedback: FeedbackState
    """The reader's own."""
    model: str
    release_id: str | None
    """The release that was to answer; None: the model had none then."""
    arm_probability: float | None
    """How probable it was that this release would answer this person; None: nobody chose between releases."""
    parameters: Mapping[str, JsonValue]
    prompt_tokens: int
    cached_tokens: int
    prompt_digest: str | None
    first_token_ms: int | None
    total_ms: int | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    closed_at: datetime | None

    @property
    def answer(self) -> str:
        """The first choice's text; empty if there is none."""
        return self.answers[0].text if self.answers else ""

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the first choice ended; None if there is none."""
        return self.answers[0].finish_reason if self.answers else None

    @property
    def completion_tokens(self) -> int:
        """Tokens sampled for all choices together."""
        return sum(answer.completion_tokens for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the conversation list."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    """When it was last asked something; a new title doesn't count."""
    selected_turn_id: str | None
    """The leaf of the branch that is shown."""
    owner_id: str
    """Who started it."""
    project_id: str | None
    """The project that owns it; None: it is its owner's alone."""


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Some conversations, newest first."""

    conversations: tuple[Conversation, ...]
    next_cursor: str | None
    """Give it back to get the next page; None after the last."""


class Choice(StrEnum):
    """What became of two answers that were shown side by side."""

    LEFT = "left"
    RIGHT = "right"
    NEITHER = "neither"
    """Both are bad."""
    SKIPPED = "skipped"
    """The person didn't want to say."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two answers to one question, shown to who asked it so that they pick one."""

    question_id: str
    """The turn that was opened first: one of the two."""
    left_id: str
    right_id: str
    choice: Choice | None
    """None: nothing has been said yet."""

    @property
    def kept_id(self) -> str:
        """The turn that the conversation goes on with: the one that was picked, else the one that was opened first."""
        match self.choice:
            case Choice.LEFT:
                return self.left_id
            case Choice.RIGHT:
                return self.right_id
        return self.question_id


@dataclass(frozen=True, slots=True)
class ConversationTree:
    """A conversation with all its turns, in the order they were asked."""

    conversation: Conversation
    turns: tuple[Turn, ...]
    side_by_side: tuple[SideBySide, ...] = ()
    """Those of the reader's own questions that were answered twice."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of two answers that were shown side by side, the one that was picked, and the other."""

    chosen: str
    rejected: str
    propensity: float
    """How probable it was that this question would be answered twice, by these two."""


@dataclass(frozen=True, slots=True)
class Signalled:
    """A turn of which something was said that one can learn from, by who asked and by trainers."""

    number: int
    """The order of asking."""
    turn: Turn
    messages: tuple[Message, ...]
    """What the model read before the answer: the conversation's own instructions, the dialogue as it stood when the
    question was asked, the question. The installation's instructions and the cut to the window aren't in the journal.
    """
    edits: tuple[str, ...]
    """Better versions of the answer by who asked, the latest last."""
    thumb: Thumb | None
    kept_over: str | None
    """The other answer to the same question that the person left for this one."""
    compared: Comparison | None
    """Set on the answer that was picked."""
    are_both_bad: bool
    """It was shown beside another answer, and neither was good."""
    demonstration: str | None
    """How a trainer would have answered: the latest."""
    demonstrated_by: str | None
    """That trainer."""
    asked_before: frozenset[str] = frozenset()
    """Whoever asked in the dialogue before: their words are in `messages`, too."""

    @property
    def says_something(self) -> bool:
        """False if nothing was said of it after all: a thumb that was taken back."""
        said = (self.edits, self.thumb, self.kept_over, self.compared, self.are_both_bad, self.demonstration)
        return any(said)
