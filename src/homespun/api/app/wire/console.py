"""What only those see who look after the installation."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from homespun.accounts import PersonKind, PersonStatus, Role
from homespun.billing import Overflow

from .base import LeastNothing, Money, Wire
from .money import Subscription, Window
from .people import Key, MyTeam
from .teams import Id


class PersonLine(Wire):
    """Somebody in the list of people."""

    id: str
    name: str
    role: Role
    kind: PersonKind
    status: PersonStatus
    email: str | None
    phone: str | None
    created_at: datetime


class PersonPage(Wire):
    """GET /api/console/people?search=&kind=&cursor=&limit=: newest first."""

    people: list[PersonLine]
    next_cursor: str | None


class PersonDetails(PersonLine):
    """GET /api/console/people/{id}."""

    locale: str
    has_password: bool
    teams: list[MyTeam]


class RoleChange(Wire):
    """PATCH /api/console/people/{id}."""

    role: Role


class KeyPage(Wire):
    """GET /api/console/keys?owner_id=&cursor=&limit=: newest first, the revoked ones too."""

    keys: list[Key]
    next_cursor: str | None
    owners: dict[str, str]
    """The names of their owners, by id."""


class Tariff(Wire):
    """What a model costs, in micros of the installation's currency."""

    input_micros: LeastNothing = 0
    """For a million prompt tokens that weren't in the cache."""
    cached_input_micros: LeastNothing = 0
    """For a million prompt tokens that were."""
    output_micros: LeastNothing = 0
    """For a million completion tokens."""
    prompt_micros: LeastNothing = 0
    """For each prompt."""
    request_micros: LeastNothing = 0
    """For each request, which may have several prompts."""


class Price(Wire):
    """What a model costs through a door from some moment on."""

    id: str
    model: str
    """`*`: every model that has no price of its own."""
    door: str
    """`*`: every door that has no price of its own."""
    valid_from: datetime
    currency: str
    tariff: Tariff


class PricePage(Wire):
    """GET /api/console/prices?cursor=&limit=: all versions there ever were, newest first."""

    prices: list[Price]
    next_cursor: str | None


class NewPrice(Wire):
    """POST /api/console/prices: puts a new version on the list."""

    model: str = Field(default="*", max_length=200)
    door: str = Field(default="*", max_length=10)
    valid_from: datetime | None = None
    """null: from now on."""
    tariff: Tariff


class PlanTerms(Wire):
    """What a plan gives; POST /api/console/plans, PUT /api/console/plans/{id}."""

    name: str = Field(max_length=100)
    price: Money
    """For a month, taken from the wallet in advance."""
    windows: list[Window] = Field(default=[], max_length=3)
    overflow: Overflow = Overflow.WALLET
    is_default: bool = False
    """It is for everybody who has no subscription, and costs nothing."""


class Plan(Wire):
    """What a subscription gives."""

    id: str
    terms: PlanTerms
    created_at: datetime
    retired_at: datetime | None
    """Since then nobody can subscribe."""


class WalletLine(Wire):
    """What a person or a team has."""

    holder_id: str
    name: str
    """Of the person or team."""
    available: Money
    held: Money


class WalletPage(Wire):
    """GET /api/console/wallets?cursor=&limit=: of all who ever had money."""

    wallets: list[WalletLine]
    next_cursor: str | None


class SubscriptionLine(Subscription):
    """That somebody has, or had, a plan."""

    payer_id: str
    name: str
    """Of the person or team."""


class SubscriptionPage(Wire):
    """GET /api/console/subscriptions?cursor=&limit=: newest first, those that have ended too."""

    subscriptions: list[SubscriptionLine]
    next_cursor: str | None


class Adjustment(Wire):
    """POST /api/console/wallets/{holder_id}/adjustments: gives money by hand; takes it with a negative amount."""

    amount: Money
    memo: str = Field(default="", max_length=200)
    """They see it."""
    reference: str = Field(default="", max_length=60)
    """Booked once: that of a bank transfer, so that no mistake books it twice."""


class RefundWanted(Wire):
    """POST /api/console/payments/{id}/refunds."""

    amount: Money | None = None
    """null: all that is left of the payment."""


class Refund(Wire):
    """Money of a payment that goes back."""

    id: str
    payment_id: str
    amount: Money
    state: str


class PlanIncome(Wire):
    """What a plan brought within some days."""

    plan_id: str
    """Empty: turns without a plan."""
    name: str
    months: int
    """Paid by subscribers."""
    subscriptions: Money
    turns: int
    beyond_plan: Money
    """What wallets paid for turns."""
    covered_by_plan: Money
    """What the plan covered, by the price list."""


class MachineUse(Wire):
    """What turns took of the machine's time."""

    turns: int
    measured_turns: int
    """Those whose engine measured it; of the others no cost is known."""
    machine_us: int
    """Microseconds."""


class ReleaseCost(Wire):
    """What a model's turns through one door cost."""

    model: str
    door: str
    use: MachineUse
    cost: Money | None
    """null: nobody has said what an hour costs, or nothing was measured."""
    per_thousand: Money | None
    """What a thousand turns cost, by those that were measured."""


class PlanMargin(Wire):
    """What a plan brought, and what its turns cost."""

    plan_id: str
    """Empty: turns without a plan."""
    name: str
    use: MachineUse
    income: Money
    """What subscribers paid for months, and wallets for turns."""
    cost: Money | None
    margin: Money | None
    """What is left. null: the cost isn't known, or is in another currency."""


class UnitEconomics(Wire):
    """GET /api/console/economics: what turns cost and brought within some days."""

    machine_hour: Money | None
    """What an hour of the machine costs. null: nobody has said; `billing.machine_cost_per_hour` does."""
    releases: list[ReleaseCost]
    """The most costly first."""
    plans: list[PlanMargin]
    """Those that brought most first."""


class BookFinding(Wire):
    """One thing in the books that isn't as it should be."""

    subject: str
    problem: str


class Books(Wire):
    """GET /api/console/books: what the running check of the books has found since the server started."""

    checked_at: datetime | None
    """null: not yet."""
    findings: list[BookFinding]


class EngineHealth(Wire):
    """How an engine is doing."""

    model: str
    state: str
    problem: str | None
    running: int
    """Answers that are being written."""
    waiting: int
    """Requests in its queue."""
    context_tokens: int
    restarts: int


class DatabaseHealth(Wire):
    """How the database is."""

    server: str
    revision: str | None
    size_bytes: int
    clock_ahead_s: float
    problem: str
    """Empty if all is well."""


class Health(Wire):
    """GET /api/console/health."""

    version: str
    engines: list[EngineHealth]
    database: DatabaseHealth


class Setting(Wire):
    """One setting, with its explanation."""

    key: str
    variable: str
    explanation: str
    value: str
    """As it would be written in the environment; a secret is masked."""
    default: str
    source: str
    """The file's path, `environment`, `option` or `default`."""
    is_secret: bool


class NewHolderPlan(Wire):
    """PUT /api/console/wallets/{holder_id}/subscription."""

    plan_id: Id
