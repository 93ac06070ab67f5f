"""Who pays what: prices, plans, a double-entry ledger. It knows no people and no chats, only their ids."""

from homespun.billing.audit import Audit
from homespun.billing.balances import Balance
from homespun.billing.billing import Billing
from homespun.billing.cost import Tariff
from homespun.billing.economics import MachineUse, PlanMargin, ReleaseCost, UnitEconomics
from homespun.billing.findings import Finding
from homespun.billing.logs import Booking, Logs, Usage, usage_cursor
from homespun.billing.money import Money
from homespun.billing.payments import Checkout, Payment, PaymentRefused, Payments, Refund
from homespun.billing.plan_use import WindowUse
from homespun.billing.plans import Overflow, Plan, PlanTerms, Window
from homespun.billing.prices import Price, Prices
from homespun.billing.reports import DailyUsage, Dimension, PlanIncome, Range, Reports, UsageSum, Whose
from homespun.billing.settings import Settings
from homespun.billing.states import DisputeState, PaymentState, RefundState, UsageState
from homespun.billing.subscriptions import Plans, Subscription
from homespun.billing.values import BudgetPeriod, Charge, Delivery, Hold, KeyBudget, Settlement
from homespun.billing.voucher_batches import VoucherBatch
from homespun.billing.vouchers import Voucher, Vouchers
from homespun.billing.windows import Period

__all__ = [
    "Audit",
    "Balance",
    "Billing",
    "Booking",
    "BudgetPeriod",
    "Charge",
    "Checkout",
    "DailyUsage",
    "Delivery",
    "Dimension",
    "DisputeState",
    "Finding",
    "Hold",
    "KeyBudget",
    "Logs",
    "MachineUse",
    "Money",
    "Overflow",
    "Payment",
    "PaymentRefused",
    "PaymentState",
    "Payments",
    "Period",
    "Plan",
    "PlanIncome",
    "PlanMargin",
    "PlanTerms",
    "Plans",
    "Price",
    "Prices",
    "Range",
    "Refund",
    "RefundState",
    "ReleaseCost",
    "Reports",
    "Settings",
    "Settlement",
    "Subscription",
    "Tariff",
    "UnitEconomics",
    "Usage",
    "UsageState",
    "UsageSum",
    "Voucher",
    "VoucherBatch",
    "Vouchers",
    "Whose",
    "Window",
    "WindowUse",
    "usage_cursor",
]
