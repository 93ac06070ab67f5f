"""A sender that keeps what it is given."""

from __future__ import annotations

import re

from homespun.accounts import Message


class Outbox:
    """All messages that were sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        """Keeps it."""
        self.messages.append(message)

    @property
    def last_code(self) -> str:
        """The code in the last message."""
        found = re.search(r"\b\d{6}\b", self.messages[-1].text)
        assert found
        return found[0]
