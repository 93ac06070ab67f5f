"""Which senders the settings name."""

from __future__ import annotations

from homespun.core.errors import Invalid

from .destinations import Channel
from .senders import ConsoleSender, Sender
from .settings import Delivery, Settings
from .smtp import SmtpSender


def senders_of(settings: Settings) -> dict[Channel, Sender]:
    """By channel, those that are on. Raises `Invalid` for a phone that is to get e-mail."""
    senders: dict[Channel, Sender] = {}
    for channel, delivery in ((Channel.EMAIL, settings.email), (Channel.PHONE, settings.phone)):
        match delivery:
            case Delivery.CONSOLE:
                senders[channel] = ConsoleSender()
            case Delivery.SMTP if channel is Channel.PHONE:
                raise Invalid("A mail server can't reach phones: accounts.phone is off or console.", param="phone")
            case Delivery.SMTP:
                senders[channel] = SmtpSender(settings)
            case Delivery.OFF:
                pass
    return senders
