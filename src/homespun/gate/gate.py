"""The gate stands before every turn and asks: who is it, may they, from there, do they ask too much, and can they pay?

What it lets in, it writes down: the turn is opened in the journal and its money is held in the same unit of work, the
first of a turn's two transactions. It stands behind every turn, too: how a turn ended is written down and settled in
the second. Several turns share a transaction; see `homespun.store.Groups`. It must not know how answers are made.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts import Accounts, Caller, Credentials, Scope
from homespun.billing import Billing
from homespun.core.clock import Clock
from homespun.core.errors import Conflict, HomespunError, IdempotencyKeyReused
from homespun.core.incoming import Incoming
from homespun.journal import Closing, Journal, TurnState
from homespun.store import Groups, Store

from . import idempotency
from .admission import Admission, Applicant, Windows, delivery, used_tokens
from .availability import Availability
from .idempotency import Known, Name
from .limits import RateLimits, Wish
from .regions import Regions
from .settings import Settings


class Gate:
    """Lets people in, or raises `Unauthenticated`, `Refused`, `OverQuota` or `NotFound` with a reason for people."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        billing: Billing,
        journal: Journal,
        clock: Clock,
        windows: Windows,
        settings: Settings | None = None,
    ) -> None:
        """Raises `Invalid` for a GeoIP file that can't be read."""
        self._accounts = accounts
        self._billing = billing
        self._journal = journal
        self._clock = clock
        self._windows = windows
        self._settings = settings or Settings()
        self._limits = RateLimits(self._settings)
        regions = Regions(self._settings)
        self.country_header = regions.country_header
        """The header of a request that doors put into its `Origin`; empty: none."""
        self.availability = Availability(store, accounts, clock, regions)
        self._admissions = Groups(store, self._admit)
        self._closings = Groups(store, self._close)

    async def identify(self, credentials: Credentials) -> Caller:
        """Who is calling: the one function that decides it, for every door. Raises `Unauthenticated`."""
        return await self._accounts.identify(credentials)

    async def admit(self, caller: Caller, incoming: Incoming) -> Admission:
        """Opens the turn. Raises `Refused` where the key isn't for it, `NotAvailable`, `OnWaitingList`, `NotFound` for
        a place that isn't theirs, `Invalid`, `RateLimited`, `PaymentRequired`, `IdempotencyKeyReused`, `StorageFull`.

        Once it has returned, somebody must close the turn, unless it is a repeated one; don't cancel it in the middle.
        """
        caller.require(Scope.CHAT)
        await self.availability.require(caller.person, incoming.origin)
        caller.require_model(incoming.model)
        return await self._admissions(Applicant(caller, incoming))

    async def close(self, turn_id: str, closing: Closing) -> None:
        """Writes down how a turn ended, and settles it. A turn that is closed already stays as it is.

        Raises `StorageFull`.
        """
        await self._closings((turn_id, closing))

    async def _admit(
        self, session: AsyncSession, applicants: Sequence[Applicant]
    ) -> Sequence[Admission | HomespunError]:
        """The questions, in their order; nothing is written for anybody before all of theirs are answered."""
        for one in applicants:
            one.outcome = None  # a group that failed is tried again one by one
        known = await idempotency.look_up(session, [one.name for one in applicants if one.name])
        await self._recognise(session, applicants, known)
        await self._draft(session, _waiting(applicants))
        await self._enter(session, _waiting(applicants))
        await self._limit(session, _waiting(applicants))
        await self._hold(session, _waiting(applicants))
        await self._open(session, _waiting(applicants), known)
        return [one.outcome for one in applicants if one.outcome is not None]

    async def _recognise(
        self, session: AsyncSession, applicants: Sequence[Applicant], known: dict[Name, Known]
    ) -> None:
        """Is it a request that was sent before? It gets the turn of then, unless that one came to nothing."""
        turns = {turn.id: turn for turn in await self._journal.turns(session, [was.turn_id for was in known.values()])}
        new: set[Name] = set()
        for one in applicants:
            if one.name is None:
                continue
            before = known.get(one.name)
            if before and before.digest != one.known().digest:
                one.outcome = IdempotencyKeyReused()
            elif before and turns[before.turn_id].state in (TurnState.OPEN, TurnState.COMPLETE):
                one.outcome = Admission(one.incoming, turns[before.turn_id], is_repeated=True)
            elif one.name in new:
                one.outcome = Conflict("The same request is being taken up just now. Send it again in a second.")
            new.add(one.name)

    async def _draft(self, session: AsyncSession, applicants: Sequence[Applicant]) -> None:
        """May they ask there, and can it be written down?"""
        for one, draft in zip(
            applicants,
            await self._journal.draft_turns(session, [one.new_turn() for one in applicants]),
            strict=True,
        ):
            if isinstance(draft, HomespunError):
                one.outcome = draft
            else:
                one.draft = draft

    async def _enter(self, session: AsyncSession, applicants: Sequence[Applicant]) -> None:
        """For whom do they work there? Whoever asks in a project's conversation does so for the project's team."""
        for one in applicants:
            if one.draft and one.draft.project_id:
                try:
                    one.caller = await self._accounts.projects.within(session, one.caller, one.draft.project_id)
                except HomespunError as error:
                    one.outcome = error

    async def _limit(self, session: AsyncSession, applicants: Sequence[Applicant]) -> None:
        """Do they ask too much at a time?"""
        for one, rates in zip(
            applicants, await self._limits.take(session, self._wishes(applicants), self._clock.now()), strict=True
        ):
            if isinstance(rates, HomespunError):
                one.outcome = rates
            else:
                one.rates = rates

    async def _hold(self, session: AsyncSession, applicants: Sequence[Applicant]) -> None:
        """Can they pay?"""
        now = self._clock.now()
        for one, hold in zip(
            applicants,
            await self._billing.hold(session, [one.charged(self._windows, now) for one in applicants]),
            strict=True,
        ):
            if isinstance(hold, HomespunError):
                one.outcome = hold
            else:
                one.hold = hold

    async def _open(self, session: AsyncSession, applicants: Sequence[Applicant], known: dict[Name, Known]) -> None:
        """They are welcome; it is written down."""
        if not applicants:
            return
        await self._limits.begin(session, self._wishes(applicants))
        turns = await self._journal.open_turns(session, [one.draft for one in applicants if one.draft])
        for one, turn in zip(applicants, turns, strict=True):
            one.outcome = one.admitted(turn)
        opened = {one.name: one.known() for one in applicants if one.name}
        await idempotency.remember(session, opened, known, self._clock.now())

    async def _close(self, session: AsyncSession, closings: Sequence[tuple[str, Closing]]) -> Sequence[None]:
        """The first closing of a turn stands. Locks are taken in the order of `_admit`: rates, then wallets."""
        by_turn = dict(reversed(closings))
        closed = await self._journal.close_turns(session, by_turn)
        now = self._clock.now()
        used = {turn_id: used_tokens(by_turn[turn_id]) for turn_id in closed}
        await self._limits.end(session, used)
        deliveries = [
            delivery(turn_id, by_turn[turn_id], now, is_streamed=is_streamed) for turn_id, is_streamed in closed.items()
        ]
        await self._billing.settle(session, deliveries)
        return [None] * len(closings)

    def _wishes(self, applicants: Sequence[Applicant]) -> list[Wish]:
        tokens = self._settings.foreseen_answer_tokens
        return [one.wish(foreseen_answer_tokens=tokens) for one in applicants]


def _waiting(applicants: Sequence[Applicant]) -> list[Applicant]:
    """Those about whom it isn't decided yet."""
    return [one for one in applicants if one.outcome is None]
