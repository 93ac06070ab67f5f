"""Stripe's stand-in as a process, as tests of the doors see it: with pages to pay on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from homespun.billing import Settings

from . import stripe_stand_in

SECRET = "whsec_test"


@contextmanager
def stripe(house_url: str) -> Iterator[Settings]:
    """The process, while the block lasts; the settings of a house at this address that is paid through it."""
    webhook = f"{house_url}/api/payments/stripe/events"
    command = [sys.executable, stripe_stand_in.__file__, SECRET, webhook]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        yield Settings(stripe_key="sk_test_right", stripe_webhook_secret=SECRET, stripe_url=url, seller="Weavers Ltd")
        process.stdin.close()
