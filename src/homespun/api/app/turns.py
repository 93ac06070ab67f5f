"""Turns: ask, ask again, watch, stop, and say what one thinks of an answer."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from homespun import accounts, journal
from homespun.api.backend import Backend
from homespun.api.settings import Settings
from homespun.core.errors import Invalid, ModelNotFound, NotFound
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.journal import Thumb

from . import comparing, following, shown
from .events import TurnEvents
from .guard import AskingRoute, Caller, GuardedRoute, IdempotencyKey, Origin, Parts, Person
from .wire.chats import AnswerEdit, AskedTurn, Feedback, NewTurn, Parameters, Turn

router = APIRouter(route_class=GuardedRoute)
asking = APIRouter(route_class=AskingRoute)


@asking.post("/api/conversations/{conversation_id}/turns", status_code=201)
async def ask(
    conversation_id: str, new: NewTurn, parts: Parts, caller: Caller, retry: IdempotencyKey, origin: Origin
) -> AskedTurn:
    """Sets an answer running and returns its turn; now and then two, to compare. They go on without any client."""
    await parts.journal.summary(caller.person.id, conversation_id)  # a repeated request isn't told more than a new one
    asked = await _incoming(parts, caller.person, conversation_id, new)
    incoming = replace(asked, idempotency_key=retry, origin=origin)
    live = parts.live.start(parts.ring.turn(caller, incoming))
    turn = shown.turn(await live.opened(), so_far=live.text())
    two = await comparing.compared(parts, caller, live)
    return AskedTurn(
        **turn.model_dump(),
        side_by_side=shown.side_by_side(two.side_by_side) if two else None,
        rival=shown.turn(two.rival) if two else None,
    )


@router.get("/api/turns/{turn_id}")
async def get_turn(turn_id: str, parts: Parts, person: Person) -> Turn:
    """A turn as it stands."""
    turn = await parts.journal.turn(person.id, turn_id)
    return shown.turn(turn, so_far=following.so_far(parts, turn))


@router.get(
    "/api/turns/{turn_id}/events",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}, "description": "snapshot, then delta..., then done"}},
)
async def events(turn_id: str, parts: Parts, caller: Caller) -> Response:
    """The turn as it stands, then what is said from now on, then the closed turn; see the *Event shapes."""
    turn = await _seen(parts, caller.person, turn_id)
    conversation = await parts.journal.summary(caller.person.id, turn.conversation_id or "")
    if conversation.project_id is None:
        return TurnEvents(parts, caller, turn_id)
    within = await parts.accounts.projects.entered(caller, conversation.project_id)
    endings = (*caller.subjects, moved_subject(conversation.id))
    return TurnEvents(parts, within, turn_id, endings=endings)


@router.post("/api/turns/{turn_id}/stop")
async def stop(turn_id: str, parts: Parts, person: Person) -> Turn:
    """Ends a running answer, and returns when its turn is closed. Does nothing to a closed one."""
    turn = await _seen(parts, person, turn_id)
    if turn.state is journal.TurnState.OPEN:
        await following.stop(parts, person.id, turn)
    return shown.turn(await _seen(parts, person, turn_id))


@router.put("/api/turns/{turn_id}/feedback")
async def feedback(turn_id: str, given: Feedback, parts: Parts, person: Person) -> Turn:
    """Notes what the person thinks of the answer, in place of what they thought before."""
    await _seen(parts, person, turn_id)
    thumb = Thumb(given.thumb) if given.thumb else None
    await parts.journal.record_feedback(person.id, turn_id, thumb=thumb, reasons=given.reasons, words=given.words)
    return shown.turn(await _seen(parts, person, turn_id))


@router.put("/api/turns/{turn_id}/answer")
async def edit(turn_id: str, better: AnswerEdit, parts: Parts, person: Person) -> Turn:
    """Notes the person's own better version of the answer."""
    await _seen(parts, person, turn_id)
    await parts.journal.record_edit(person.id, turn_id, better.text)
    return shown.turn(await _seen(parts, person, turn_id))


async def _seen(parts: Backend, person: accounts.Person, turn_id: str) -> journal.Turn:
    """A turn of a conversation that the person sees. Raises `NotFound` for all others."""
    turn = await parts.journal.turn(person.id, turn_id)
    if turn.conversation_id is None:
        raise NotFound
    return turn


def moved_subject(conversation_id: str) -> str:
    """The id whose ending tells that a conversation has gone into a project or out of one."""
    return f"{conversation_id}:moved"


async def _incoming(parts: Backend, person: accounts.Person, conversation_id: str, new: NewTurn) -> Incoming:
    model = new.model or parts.models.names()[0]
    if model not in parts.models.names():
        raise ModelNotFound(param="model")
    question, place = await _question_in_place(parts, person, conversation_id, new)
    system = new.parameters.system
    instructions = (Message(Role.SYSTEM, system),) if system else ()
    prompt = ChatPrompt((*instructions, Message(Role.USER, question)))
    return Incoming(Door.WEB, model, prompt, _sampling(new.parameters, parts.settings), place)


async def _question_in_place(
    parts: Backend, person: accounts.Person, conversation_id: str, new: NewTurn
) -> tuple[str, Place]:
    match new.question, new.regenerate:
        case str(question), None:
            return question, Place(conversation_id, new.parent_id)
        case None, str(turn_id):
            turn = await _seen(parts, person, turn_id)
            return turn.question, Place(conversation_id, turn.parent_id, turn.question_id)
    raise Invalid("Give either 'question' or 'regenerate'.", param="question")


def _sampling(chosen: Parameters, settings: Settings) -> Sampling:
    """What the person chose, and the server's defaults for the rest."""
    return replace(settings.web_sampling, **chosen.model_dump(exclude_none=True, exclude={"system"}))
