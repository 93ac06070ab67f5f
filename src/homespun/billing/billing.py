"""Billing: who pays what for a turn, and what everybody has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import HomespunError, Invalid
from homespun.core.ids import new_id
from homespun.store import Store

from . import balances, budgets, holds, settlements, subscriptions
from .audit import Audit
from .balances import Balance
from .economics import Economics, MachineRate
from .invoices import Seller, invoice_number, invoice_pdf
from .logs import Logs
from .money import Money, checked_currency
from .offer import Offer
from .payments import PaymentPort, Payments, StripePayments
from .prices import Prices
from .reports import Reports
from .settings import Settings
from .subscriptions import Plans
from .values import Charge, Delivery, Hold, Settlement
from .vouchers import Vouchers
from .watch import Watch


class Billing:
    """Holds money for turns and settles it by what was delivered. Whoever calls it has decided who may.

    Raises `Invalid` for settings that can't be: a currency that isn't one, Stripe without its webhooks' secret.
    """

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._currency = checked_currency(settings.currency)
        self.prices = Prices(store, clock, self._currency)
        self._offer = Offer()
        self.plans = Plans(store, clock, self._offer)
        self.payments = Payments(store, clock, self._currency, _ports(settings))
        self.vouchers = Vouchers(store, clock, self._currency)
        self.reports = Reports(store)
        self.economics = Economics(store, MachineRate.of(settings.machine_cost_per_hour, self._currency))
        self.logs = Logs(store)
        self.audit = Audit(store, clock)
        self.watch = Watch(store, self.audit, self.plans, self.payments, clock)

    async def hold(self, session: AsyncSession, charges: Sequence[Charge]) -> list[Hold | HomespunError]:
        """Sets aside what each turn may cost at worst, in the caller's unit of work; an error refuses that turn alone.

        Outcomes come in the order of the charges; errors are `PaymentRequired`, `PlanSpent` and `BudgetSpent`. The
        database refuses a turn that was held before, and with it the whole unit of work.
        """
        return await holds.hold(session, charges, self._offer, self._currency)

    async def settle(self, session: AsyncSession, deliveries: Sequence[Delivery]) -> list[Settlement]:
        """Charges what was delivered and releases the rest, in the caller's unit of work.

        A turn that is settled already stays as it is; its settlement is the first one. Outcomes come in the order of
        the deliveries, without those of turns that were never held: they were opened before anything was charged.
        """
        return await settlements.settle(session, deliveries)

    async def balance(self, holder_id: str) -> Balance:
        """What somebody has, in the installation's currency."""
        async with self._store.read() as session:
            return await balances.balance(session, holder_id, self._currency)

    async def balances(self, *, after: str = "", limit: int = 50) -> tuple[Balance, ...]:
        """What everybody has, by the holders' ids; the next page is that `after` the last one's holder."""
        async with self._store.read() as session:
            return await balances.page(session, self._currency, after=after, limit=limit)

    async def adjust(self, holder_id: str, amount: Money, *, memo: str = "", reference: str = "") -> Balance:
        """Gives somebody money by hand, or takes it with a negative amount: a bank transfer, a present, a mistake.

        The same reference is booked once. Raises `Conflict` for one that is booked, `Invalid` for a currency that isn't
        the installation's and for more than the wallet has.
        """
        self._check_currency(amount)
        async with self._store.write() as session:
            await balances.adjust(
                session,
                holder_id,
                amount,
                reference=reference or new_id("adjustment"),
                memo=memo,
                at=self._clock.now(),
            )
            return await balances.balance(session, holder_id, self._currency)

    async def move(self, from_holder_id: str, to_holder_id: str) -> bool:
        """Gives all that somebody can spend to somebody else, and ends their plan: a visitor has become a person.

        Returns whether that was all: what is set aside for open turns stays for them. Move the rest when they are over.
        """
        now = self._clock.now()
        async with self._store.write() as session:
            await subscriptions.end(session, from_holder_id, now)
            return await balances.move(session, from_holder_id, to_holder_id, self._currency, now)

    async def set_member_budget(self, team_id: str, person_id: str, micros: int | None) -> None:
        """Limits what a member's turns may cost their team in a calendar month; None: no limit. Raises `Invalid`."""
        async with self._store.write() as session:
            await budgets.set_member_budget(session, team_id, person_id, micros)

    async def member_budgets(self, team_id: str) -> dict[str, int]:
        """Micros a month, by member; those without a limit are left out."""
        async with self._store.read() as session:
            return await budgets.member_budgets(session, team_id)

    async def invoice(self, payment_id: str) -> tuple[str, bytes]:
        """The number and the PDF of a payment's invoice. Raises `NotFound`, and `Conflict` before it is paid."""
        payment = await self.payments.payment(payment_id)
        seller = Seller(tuple(self._settings.seller.split("|")), self._settings.invoice_note)
        return invoice_number(payment), await asyncio.to_thread(invoice_pdf, payment, seller)

    def _check_currency(self, amount: Money) -> None:
        if amount.currency != self._currency:
            raise Invalid(f"Amounts are in {self._currency} here, not in {amount.currency}.", param="currency")


def _ports(settings: Settings) -> dict[str, PaymentPort]:
    """Through whom money can be paid."""
    if not settings.stripe_key:
        return {}
    if not settings.stripe_webhook_secret:
        raise Invalid("Stripe's webhooks can't be checked: set billing.stripe_webhook_secret.", param="billing")
    stripe = StripePayments(settings.stripe_key, settings.stripe_webhook_secret, base_url=settings.stripe_url)
    return {stripe.name: stripe}
