"""Who pays what: prices, plans, a double-entry ledger. It knows no people and no chats, only their ids."""

from homespun.billing.audit import Audit
from homespun.billing.balances import Balance
from homespun.billing.billing import Billing
from homespun.billing.cost import Tariff
from homespun.billing.findings import Finding
from homespun.billing.money import Money
from homespun.billing.plans import Overflow, Plan, PlanTerms, Window
from homespun.billing.prices import Price
from homespun.billing.settings import Settings
from homespun.billing.subscriptions import Subscription
from homespun.billing.values import BudgetPeriod, Charge, Delivery, Hold, KeyBudget, Settlement
from homespun.billing.windows import Period

__all__ = [
    "Audit",
    "Balance",
    "Billing",
    "BudgetPeriod",
    "Charge",
    "Delivery",
    "Finding",
    "Hold",
    "KeyBudget",
    "Money",
    "Overflow",
    "Period",
    "Plan",
    "PlanTerms",
    "Price",
    "Settings",
    "Settlement",
    "Subscription",
    "Tariff",
    "Window",
]
