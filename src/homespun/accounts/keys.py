"""API keys: what programs prove themselves with, many times a second."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import or_, select, update

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, NotFound, StorageFull, Unauthenticated
from homespun.core.ids import new_id
from homespun.store import Store, storable_text

from . import proofs
from .caller import Caller
from .tables import ApiKeyRow, PersonRow
from .values import ApiKey, Person

_REMEMBERED_S = 1.0
"""How long a key that was found is taken for good; so long can a key outlive its revocation by another process."""

_NOTED_EVERY = timedelta(minutes=1)
"""How exactly `last_used_at` is kept."""

_LONGEST_NAME = 100


class Keys:
    """Makes, lists, revokes and recognises keys; see `Accounts`, the only one to call it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._remembered: dict[str, tuple[Caller, float]] = {}
        """By digest: whose key it is, and until when to believe it, in monotonic seconds."""

    async def create(self, owner: Person, name: str) -> tuple[ApiKey, str]:
        """A new key and its secret."""
        secret = proofs.new_secret(proofs.KEY_OPENING)
        row = ApiKeyRow(
            id=new_id("key"),
            owner_id=owner.id,
            name=_checked(name),
            prefix=proofs.recognisable(secret),
            digest=proofs.digest(secret),
            created_at=self._clock.now(),
        )
        async with self._store.write() as session:
            session.add(row)
        return row.as_key(), secret

    async def all(self) -> tuple[ApiKey, ...]:
        """Newest first."""
        async with self._store.read() as session:
            rows = await session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc()))
            return tuple(row.as_key() for row in rows)

    async def revoke(self, which: str) -> ApiKey:
        """Ends the key that has this id, prefix or name."""
        called = storable_text(which, "key")
        async with self._store.write() as session:
            rows = await session.scalars(
                select(ApiKeyRow).where(
                    ApiKeyRow.revoked_at.is_(None),
                    or_(ApiKeyRow.id == called, ApiKeyRow.prefix == called, ApiKeyRow.name == called),
                )
            )
            row = _only(rows.all())
            row.revoked_at = self._clock.now()
        # A new dictionary, not an empty one: whoever is looking a key up just now remembers it in the old one.
        self._remembered = {}
        return row.as_key()

    async def caller(self, secret: str) -> Caller:
        """Whose key it is. Raises `Unauthenticated`."""
        digest, remembered = proofs.digest(secret), self._remembered
        caller, until_s = remembered.get(digest, (None, 0.0))
        if caller is None or self._clock.monotonic_s() >= until_s:
            remembered.pop(digest, None)
            caller = await self._look_up(secret, digest)
            remembered[digest] = (caller, self._clock.monotonic_s() + _REMEMBERED_S)
        return caller

    async def _look_up(self, secret: str, digest: str) -> Caller:
        """Finds the key by what anybody may know of it, and proves it by the rest."""
        if not (secret.isascii() and secret.isprintable()):
            raise Unauthenticated
        async with self._store.read() as session:
            candidates = await session.execute(
                select(ApiKeyRow, PersonRow)
                .join(PersonRow, PersonRow.id == ApiKeyRow.owner_id)
                .where(ApiKeyRow.prefix == proofs.recognisable(secret), ApiKeyRow.revoked_at.is_(None))
            )
            proved = [(key, person) for key, person in candidates if proofs.same(key.digest, digest)]
        if not proved:
            raise Unauthenticated("This API key is not known here, or was revoked. `homespun keys create` makes one.")
        key, person = proved[0]
        await self._note_use(key)
        return Caller(person.as_person(), key.as_key())

    async def _note_use(self, key: ApiKeyRow) -> None:
        now = self._clock.now()
        if key.last_used_at is not None and now - key.last_used_at < _NOTED_EVERY:
            return
        # On a full disk the key is still good for reading.
        with suppress(StorageFull):
            async with self._store.write() as session:
                await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(last_used_at=now))


def _checked(name: str) -> str:
    name = storable_text(name, "name").strip()
    if not name or len(name) > _LONGEST_NAME:
        raise Invalid(f"A key's name has 1 to {_LONGEST_NAME} characters.", param="name")
    return name


def _only(rows: Sequence[ApiKeyRow]) -> ApiKeyRow:
    if not rows:
        raise NotFound("There is no such key in use. `homespun keys list` shows those there are.")
    if len(rows) > 1:
        raise Conflict("Several keys are called so. Name the one you mean by its id: `homespun keys list`.")
    return rows[0]
