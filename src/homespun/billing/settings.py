"""The settings of billing."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """In what is charged, who is paid, and how often the books are checked."""

    currency: str = "USD"
    """The currency of new prices, plans, vouchers and top-ups: three capital letters, as ISO 4217 has them."""
    verify_interval_s: float = 60.0
    """How often a running server checks what was booked since the last time. 0: never; plans are renewed even so."""
    stripe_key: str = field(default="", repr=False)
    """A secret key of Stripe's, `sk_...`. Empty: nothing can be paid through Stripe."""
    stripe_webhook_secret: str = field(default="", repr=False)
    """What Stripe signs its webhooks with, `whsec_...`; its site shows it beside the webhook's address."""
    stripe_url: str = "https://api.stripe.com"
    """Where Stripe's API is. Another address is for tests."""
    seller: str = ""
    """Name and address on invoices, lines separated by `|`."""
    invoice_note: str = ""
    """A sentence at the end of invoices, such as one about taxes."""
    machine_cost_per_hour: float = 0.0
    """What an hour of the machine that answers costs the owner, in `currency`: its rent, or its price and power spread
    over its hours. The console reckons costs and margins with it; nobody is charged by it. 0: it shows time alone."""
