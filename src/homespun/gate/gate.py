"""The gate stands before every turn and asks: who is it, and may they?

What it lets in, it writes down: the turn is opened in the journal in the same unit of work, the first of a turn's two
transactions. Later it will ask two questions more, can they pay and is it safe, and put the answers into that same
unit of work. It must not know how answers are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts import Accounts, Person
from homespun.core.errors import HomespunError
from homespun.core.ids import new_id
from homespun.core.incoming import Incoming
from homespun.core.sampling import Sampling
from homespun.journal import Closing, Draft, Journal, JsonValue, NewTurn, Turn
from homespun.store import Groups, Store


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to be answered: who asks, and the turn that was opened for it."""

    person: Person
    turn: Turn


@dataclass(frozen=True, slots=True)
class _Applicant:
    """Somebody who asks to be answered."""

    person: Person
    new: NewTurn


class Gate:
    """Lets people in, or raises `Unauthenticated`, `Refused` or `NotFound` with a reason for people."""

    def __init__(self, store: Store, accounts: Accounts, journal: Journal) -> None:
        self._accounts = accounts
        self._journal = journal
        self._admissions = Groups(store, self._admit)
        self._closings = Groups(store, self._close)

    async def identify_key(self, secret: str) -> Person:
        """Who sends this API key. Raises `Unauthenticated`."""
        return await self._accounts.person_by_key(secret)

    async def identify_session(self, token: str) -> Person:
        """Who is signed in with this session. Raises `Unauthenticated`."""
        return await self._accounts.person_by_session(token)

    async def admit(self, person: Person, incoming: Incoming) -> Admission:
        """Opens the turn. Raises `NotFound` for a place that isn't theirs, `Invalid`, `StorageFull`.

        Once it has returned, somebody must close the turn; don't cancel it in the middle.
        """
        return await self._admissions(_Applicant(person, _new_turn(person, incoming)))

    async def close(self, turn_id: str, closing: Closing) -> None:
        """Writes down how a turn ended. A turn that is closed already stays as it is. Raises `StorageFull`."""
        await self._closings((turn_id, closing))

    async def _admit(
        self, session: AsyncSession, applicants: Sequence[_Applicant]
    ) -> Sequence[Admission | HomespunError]:
        drafts = await self._journal.draft_turns(session, [applicant.new for applicant in applicants])
        welcome = [draft for draft in drafts if isinstance(draft, Draft)]
        turns = iter(await self._journal.open_turns(session, welcome) if welcome else ())
        return [
            Admission(applicant.person, next(turns)) if isinstance(draft, Draft) else draft
            for applicant, draft in zip(applicants, drafts, strict=True)
        ]

    async def _close(self, session: AsyncSession, closings: Sequence[tuple[str, Closing]]) -> Sequence[None]:
        # The first closing of a turn stands.
        await self._journal.close_turns(session, dict(reversed(closings)))
        return [None] * len(closings)


def _new_turn(person: Person, incoming: Incoming) -> NewTurn:
    return NewTurn(
        id=new_id("turn"),
        owner_id=person.id,
        door=incoming.door,
        model=incoming.model,
        prompt=incoming.prompt,
        parameters=_recorded(incoming.sampling),
        place=incoming.place,
    )


def _recorded(sampling: Sampling) -> Mapping[str, JsonValue]:
    """Every parameter as it was used, defaults too: a default may change, what was done may not."""
    return {
        **asdict(sampling),
        "stop": list(sampling.stop),
        "stop_token_ids": list(sampling.stop_token_ids),
        "logit_bias": {str(token_id): bias for token_id, bias in sampling.logit_bias.items()},
    }
