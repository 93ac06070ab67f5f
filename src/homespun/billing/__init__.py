"""Who pays what: prices, plans, a double-entry ledger. It knows no people and no chats, only their ids."""

from homespun.billing.billing import Billing
from homespun.billing.money import Money
from homespun.billing.settings import Settings
from homespun.billing.values import BudgetPeriod, Charge, Delivery, Hold, KeyBudget, Settlement

__all__ = ["Billing", "BudgetPeriod", "Charge", "Delivery", "Hold", "KeyBudget", "Money", "Settings", "Settlement"]
