"""What a door hands to the ring: one message that wants an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from homespun.core.messages import Prompt
from homespun.core.sampling import Sampling


class Door(StrEnum):
    """Which way a message came in."""

    API = "api"
    WEB = "web"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a stored conversation a new turn belongs."""

    conversation_id: str
    parent_id: str | None
    """The turn that this one follows; None: it opens the conversation, or a branch beside its first turn."""
    question_id: str | None = None
    """The turn whose question is asked again (a regeneration); None: this question is new."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as far as it tells. All of it is as it was sent: nothing is believed yet."""

    address: str = ""
    """The client's IP address."""
    country: str = ""
    """The value of the header that `gate.country_header` names."""
    languages: str = ""
    """The value of `Accept-Language`."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Which release of a model answers."""

    release_id: str | None = None
    """None: the model has no releases."""
    probability: float | None = None
    """How probable it was that this release would answer this person; None: nobody chose between releases."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from any door. With a `place`, `prompt` is the new question alone and the journal holds the rest."""

    door: Door
    model: str
    prompt: Prompt
    sampling: Sampling
    place: Place | None = None
    idempotency_key: str | None = None
    """Sent again with the same key, the request gets the same answer and is charged once."""
    is_streamed: bool = True
    """The answer is told piece by piece; of one that isn't, nobody has got anything before its end."""
    is_first: bool = True
    """False for the second and further prompts of one request."""
    is_on_the_house: bool = False
    """Nobody pays for it: the installation itself wants to know the answer."""
    origin: Origin = Origin()
    placement: Placement = Placement()
    """Which release answers; a door names one only where it was asked for."""
