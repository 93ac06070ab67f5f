"""What a signal teaches: typed labels, each with its source and strength. Pure; it must not know the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

import msgspec

from homespun.core.events import FinishReason
from homespun.core.ids import made_at
from homespun.core.messages import Message
from homespun.journal import Signalled, Thumb, TurnState

from .pseudonyms import Pseudonyms
from .settings import Settings


class Source(StrEnum):
    """What a person did to say it, the strongest first."""

    TRAINER = "trainer"
    """A trainer wrote how they would have answered."""
    EDIT = "edit"
    """Who asked wrote a better version of the answer."""
    COMPARISON = "comparison"
    """They picked one of two answers that were shown side by side."""
    KEPT = "kept"
    """They had the answer made again, and stayed with this one: they may have had other reasons."""
    THUMB = "thumb"
    """A thumb up or down."""


class BaseLabel(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What all labels have."""

    id: str
    rater: str
    """Whoever said it; a pseudonym, like all names here."""
    group: str
    """The conversation."""
    people: tuple[str, ...]
    """Whose words are in `messages`."""
    source: Source
    weight: float
    messages: tuple[Message, ...]
    """What the model read before the answer."""
    at: float
    """When the question was asked, in Unix seconds."""
    age_s: float | None = None
    """How old the rater's account was then, if that is known."""

    @property
    def question(self) -> str:
        """The last message."""
        return self.messages[-1].content

    @property
    def spoken_for(self) -> str:
        """The answer that this label is for; empty: it is only against one."""
        raise NotImplementedError

    @property
    def spoken_against(self) -> str:
        """The answer that this label is against; empty: it is only for one."""
        raise NotImplementedError

    def mapped(self, change: Callable[[str], str]) -> Mapping[str, Any]:
        """The fields with text, changed."""
        raise NotImplementedError


class Demonstration(BaseLabel, frozen=True, kw_only=True):
    """This is how to answer."""

    completion: str

    @property
    def spoken_for(self) -> str:
        """The whole answer."""
        return self.completion

    @property
    def spoken_against(self) -> str:
        """Nothing."""
        return ""

    def mapped(self, change: Callable[[str], str]) -> Mapping[str, Any]:
        """See `BaseLabel`."""
        return {"completion": change(self.completion)}


class Pair(BaseLabel, frozen=True, kw_only=True):
    """One answer is better than another."""

    chosen: str
    rejected: str

    @property
    def spoken_for(self) -> str:
        """The better one."""
        return self.chosen

    @property
    def spoken_against(self) -> str:
        """The worse one."""
        return self.rejected

    def mapped(self, change: Callable[[str], str]) -> Mapping[str, Any]:
        """See `BaseLabel`."""
        return {"chosen": change(self.chosen), "rejected": change(self.rejected)}


class Thumbed(BaseLabel, frozen=True, kw_only=True):
    """This answer is good, or isn't."""

    completion: str
    is_good: bool

    @property
    def spoken_for(self) -> str:
        """The answer, if it is good."""
        return self.completion if self.is_good else ""

    @property
    def spoken_against(self) -> str:
        """The answer, if it isn't."""
        return "" if self.is_good else self.completion

    def mapped(self, change: Callable[[str], str]) -> Mapping[str, Any]:
        """See `BaseLabel`."""
        return {"completion": change(self.completion)}


Label: TypeAlias = Demonstration | Pair | Thumbed
L = TypeVar("L", bound=BaseLabel)


def with_texts(label: L, change: Callable[[str], str]) -> L:
    """The label with every text of it changed."""
    messages = tuple(Message(message.role, change(message.content)) for message in label.messages)
    return msgspec.structs.replace(label, messages=messages, **label.mapped(change))


def weighted(label: L, factor: float) -> L:
    """The label, counting so many times as much."""
    return msgspec.structs.replace(label, weight=label.weight * factor)


def labels_of(signalled: Signalled, names: Pseudonyms, settings: Settings) -> Iterator[Label]:
    """All that one turn teaches. What isn't named here (reasons, words, two bad answers) teaches nothing."""
    if not signalled.messages or not signalled.messages[-1].content.strip():
        return
    yield from _demonstrated(signalled, names)
    yield from _edited(signalled, names)
    yield from _preferred(signalled, names, settings)
    yield from _thumbed(signalled, names)


def _demonstrated(signalled: Signalled, names: Pseudonyms) -> Iterator[Label]:
    if signalled.demonstration and signalled.demonstration.strip() and signalled.demonstrated_by:
        about = _about(signalled, names, Source.TRAINER, signalled.demonstrated_by)
        yield Demonstration(**about, weight=1.0, completion=signalled.demonstration)


def _edited(signalled: Signalled, names: Pseudonyms) -> Iterator[Label]:
    """The last edit is a demonstration, and better than what was there, if that was an answer to its end."""
    edit, answer = (signalled.edits or ("",))[-1], signalled.turn.answer
    if not edit.strip() or edit.strip() == answer.strip():
        return
    about = _about(signalled, names, Source.EDIT, signalled.turn.owner_id)
    yield Demonstration(**about, weight=1.0, completion=edit)
    if _is_whole(signalled):
        about["id"] = names.of("pair", signalled.turn.id, Source.EDIT)
        yield Pair(**about, weight=1.0, chosen=edit, rejected=answer)


def _preferred(signalled: Signalled, names: Pseudonyms, settings: Settings) -> Iterator[Label]:
    if compared := signalled.compared:
        source, chosen, rejected = Source.COMPARISON, compared.chosen, compared.rejected
        weight = _inverse(compared.propensity, settings.propensity_limit)
    elif signalled.kept_over is not None:
        source, chosen, rejected = Source.KEPT, signalled.turn.answer, signalled.kept_over
        weight = settings.kept_weight
    else:
        return
    if weight and _is_whole(signalled) and rejected.strip() and chosen.strip() != rejected.strip():
        about = _about(signalled, names, source, signalled.turn.owner_id)
        yield Pair(**about, weight=weight, chosen=chosen, rejected=rejected)


def _inverse(propensity: float, limit: float) -> float:
    """Inverse propensity weighting, clipped (Swaminathan and Joachims 2015): what was shown rarely stands for more."""
    return min(1 / propensity, limit) if propensity > 0 else limit


def _thumbed(signalled: Signalled, names: Pseudonyms) -> Iterator[Label]:
    if signalled.thumb and _is_whole(signalled):
        about = _about(signalled, names, Source.THUMB, signalled.turn.owner_id)
        is_good = signalled.thumb is Thumb.UP
        yield Thumbed(**about, weight=1.0, completion=signalled.turn.answer, is_good=is_good)


def _is_whole(signalled: Signalled) -> bool:
    """An answer that was cut short would teach to break off, or to be long."""
    turn = signalled.turn
    ended = turn.state is TurnState.COMPLETE and turn.finish_reason is FinishReason.STOP
    return ended and bool(turn.answer.strip())


def _about(signalled: Signalled, names: Pseudonyms, source: Source, rater_id: str) -> dict[str, Any]:
    turn = signalled.turn
    asked_at, joined_at = turn.created_at, made_at(rater_id)
    return {
        "id": names.of("label", turn.id, source),
        "rater": names.of("person", rater_id),
        "group": names.of("conversation", turn.conversation_id or turn.id),
        "people": tuple(sorted(names.of("person", each) for each in {turn.owner_id, *signalled.asked_before})),
        "source": source,
        "messages": signalled.messages,
        "at": asked_at.timestamp(),
        "age_s": (asked_at - joined_at).total_seconds() if joined_at else None,
    }
