"""Who people are and how they prove it."""

from __future__ import annotations

from homespun.core.clock import Clock
from homespun.store import Store

from .values import ApiKey, Person


class Accounts:
    """People, sign-in links, sessions and keys. Who can't prove who they are gets `Unauthenticated`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ensure_owner(self) -> Person:
        """The owner of this installation, made now if there is none yet."""
        raise NotImplementedError

    async def make_sign_in_link_token(self) -> str:
        """The secret of a link that signs the owner in, once, within 24 hours."""
        raise NotImplementedError

    async def sign_in(self, token: str) -> tuple[Person, str]:
        """Trades a link's secret for a session's; of two who try at once, one gets in."""
        raise NotImplementedError

    async def person_by_session(self, token: str) -> Person:
        """Who is signed in with this session; it lives 30 days from its last use."""
        raise NotImplementedError

    async def sign_out(self, token: str) -> None:
        """Ends a session; nothing happens if there is none."""
        raise NotImplementedError

    async def create_key(self, name: str) -> tuple[ApiKey, str]:
        """A new key of the owner's and its secret, which can't be shown again. Raises `Invalid` for a bad name."""
        raise NotImplementedError

    async def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, the revoked ones too."""
        raise NotImplementedError

    async def revoke_key(self, which: str) -> ApiKey:
        """Ends a key, by its id, prefix or name: at once here, within a second in other processes.

        Raises `NotFound`, and `Conflict` where several keys are meant.
        """
        raise NotImplementedError

    async def person_by_key(self, secret: str) -> Person:
        """Whose key this is."""
        raise NotImplementedError
