"""Every error that Homespun raises on purpose, as one tree.

    HomespunError
    ├── Invalid              the caller sent something that cannot be honoured; sending it again won't help
    │   └── UnsupportedParameter, PromptTooLong, BodyTooLarge, BodyTooSlow
    ├── Unauthenticated      nobody knows who is calling
    │   ├── KeyRevoked, KeyExpired
    │   └── SignInFailed
    │       └── SignInStale, ProviderRefused, ProviderUntrusted
    ├── Refused              known, but not allowed
    │   ├── Banned, ScopeMissing, ModelRefused, AddressRefused, OnWaitingList, EmailUnverified, RegistrationClosed
    │   └── NotAvailable     nobody may from there, or it isn't for them
    ├── NotFound             it isn't there, or it isn't theirs
    │   └── ModelNotFound, VoucherUnknown
    ├── Conflict             the state of things forbids it just now
    │   ├── LastOwner, LastWayIn, IdentityTaken, TooLittleToLearn, IdempotencyKeyReused, RequestInProgress
    │   └── VoucherSpent, VoucherRedeemed, VoucherExpired, VoucherRevoked
    ├── OverQuota            too much at once; `retry_after_s` says when to come back
    │   ├── EngineBusy, TooManyAttempts, RateLimited
    │   └── PaymentRequired  no money or allowance is left for it
    │       └── PlanSpent, BudgetSpent
    └── Unavailable          our side cannot do it at present
        ├── EngineFailed, ModelUnreadable, ReleaseDamaged
        ├── TrainingFailed
        │   └── TrainingNotInstalled
        └── ProviderUnavailable, StorageFull, DatabaseUnavailable, DatabaseBusy

An error has a `kind`, which the edges turn into an HTTP status or into words, and a stable `code` for programs. The
class docstring is the default message, and names the remedy. This module must not know HTTP.
"""

from __future__ import annotations

from enum import StrEnum
from inspect import cleandoc
from typing import ClassVar

from .rates import UNLIMITED, Rates


class Kind(StrEnum):
    """What the caller can do about an error; the edges choose a status or a sentence by it."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    OVER_QUOTA = "over_quota"
    UNAVAILABLE = "unavailable"


class HomespunError(Exception):
    """Something went wrong that nobody foresaw. Look at the server's log for the request id."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str | None = None, *, param: str | None = None) -> None:
        self.message = message or cleandoc(type(self).__doc__ or "").replace("\n", " ")
        self.param = param
        """The name of the request's field that is at fault, where there is one."""
        super().__init__(self.message)


class Invalid(HomespunError):
    """The request has a value that is not understood. Correct it and send it again."""

    kind = Kind.INVALID
    code = "invalid_value"


class UnsupportedParameter(Invalid):
    """This parameter is not supported here. Leave it out and send the request again."""

    code = "unsupported_parameter"


class PromptTooLong(Invalid):
    """The prompt is longer than the model can read. Shorten it, or start a new conversation."""

    code = "context_length_exceeded"


class BodyTooLarge(Invalid):
    """The request is larger than this server accepts. Send less at once."""

    code = "request_too_large"


class BodyTooSlow(Invalid):
    """The request's body came too slowly, or stopped coming. Send it again over a better connection."""

    code = "request_timeout"


class Unauthenticated(HomespunError):
    """You are not signed in. Open a sign-in link (`homespun owner link`), or send an API key as a bearer token."""

    kind = Kind.UNAUTHENTICATED
    code = "invalid_api_key"


class KeyRevoked(Unauthenticated):
    """This API key was revoked. Use another; `homespun keys create` makes one."""

    code = "api_key_revoked"


class KeyExpired(Unauthenticated):
    """This API key has expired. Use another; `homespun keys create` makes one."""

    code = "api_key_expired"


class SignInFailed(Unauthenticated):
    """That doesn't fit together. Check what you typed, or sign in another way."""

    code = "sign_in_failed"


class SignInStale(SignInFailed):
    """This sign-in was begun in another browser, too long ago, or is over already. Begin it again here."""

    code = "sign_in_stale"


class ProviderRefused(SignInFailed):
    """The sign-in provider hasn't let you in. Try again, or sign in another way."""

    code = "provider_refused"


class ProviderUntrusted(SignInFailed):
    """The sign-in provider's answer can't be trusted, so nobody was signed in. The server's log says what is wrong."""

    code = "provider_untrusted"


class Refused(HomespunError):
    """You are not allowed to do this. Ask the owner of this installation."""

    kind = Kind.REFUSED
    code = "permission_denied"


class Banned(Refused):
    """You have been banned from this installation. Ask its owner if you think that is a mistake."""

    code = "banned"


class ScopeMissing(Refused):
    """This API key is not for this. Make one with the scope that is needed, or use another."""

    code = "scope_missing"


class ModelRefused(Refused):
    """This API key is not for this model. Use another key or another model."""

    code = "model_not_allowed"


class AddressRefused(Refused):
    """This API key may not be used from this network address. Ask whoever made it, or use another."""

    code = "address_not_allowed"


class EmailUnverified(Refused):
    """The sign-in provider doesn't vouch for your e-mail address. Have it confirmed there, or sign in another way."""

    code = "email_unverified"


class NotAvailable(Refused):
    """This isn't available where you are, or not for you. Ask the owner of this installation if that is a mistake."""

    code = "not_available_here"


class OnWaitingList(Refused):
    """This isn't open to everybody yet, and you are on the waiting list. Try again once you have been let in."""

    code = "waiting_list"


class RegistrationClosed(Refused):
    """Nobody can join this installation by themselves. Ask its owner for an invitation."""

    code = "registration_closed"


class NotFound(HomespunError):
    """There is no such thing here. It may have been removed, or the address is mistyped."""

    kind = Kind.NOT_FOUND
    code = "not_found"


class ModelNotFound(NotFound):
    """There is no such model here. `homespun models list` and GET /v1/models show those there are."""

    code = "model_not_found"


class VoucherUnknown(NotFound):
    """There is no voucher with this code. Look whether it is mistyped."""

    code = "voucher_unknown"


class Conflict(HomespunError):
    """This can't be done in the present state. Look at it afresh and try again."""

    kind = Kind.CONFLICT
    code = "conflict"


class IdempotencyKeyReused(Conflict):
    """This Idempotency-Key was used for another request. Make a new one for each request that isn't a retry."""

    code = "idempotency_key_reused"


class RequestInProgress(Conflict):
    """The same request is being carried out just now. Send it again in a second to get its answer."""

    code = "request_in_progress"


class LastOwner(Conflict):
    """Somebody has to be the owner. Make another person an owner first."""

    code = "last_owner"


class LastWayIn(Conflict):
    """Nothing else would let you in. Set a password for your e-mail address or phone first, or add one for codes."""

    code = "last_way_in"


class IdentityTaken(Conflict):
    """This account of the sign-in provider belongs to another person here. Sign in with it, or use another."""

    code = "identity_taken"


class VoucherSpent(Conflict):
    """This voucher has been redeemed as often as it can be. Ask whoever gave it to you for another."""

    code = "voucher_spent"


class VoucherRedeemed(Conflict):
    """You have redeemed this voucher already. Its worth is in the wallet."""

    code = "voucher_redeemed"


class VoucherExpired(Conflict):
    """This voucher has expired. Ask whoever gave it to you for another."""

    code = "voucher_expired"


class VoucherRevoked(Conflict):
    """This voucher was revoked. Ask whoever gave it to you for another."""

    code = "voucher_revoked"


class TooLittleToLearn(Conflict):
    """People have said too little that one could learn from. Wait for more, or ask more people to consent."""

    code = "too_little_to_learn"


class OverQuota(HomespunError):
    """Too many requests at once. Wait a moment and try again."""

    kind = Kind.OVER_QUOTA
    code = "rate_limit_exceeded"

    def __init__(self, message: str | None = None, *, param: str | None = None, retry_after_s: float = 1.0) -> None:
        super().__init__(message, param=param)
        self.retry_after_s = retry_after_s


class EngineBusy(OverQuota):
    """The engine's queue is full. Wait a moment and try again."""

    code = "engine_busy"


class RateLimited(OverQuota):
    """More was asked within a minute, or at the same time, than is allowed. Wait a moment and try again."""

    def __init__(self, message: str | None = None, *, retry_after_s: float = 1.0, rates: Rates = UNLIMITED) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.rates = rates


class TooManyAttempts(OverQuota):
    """Too many attempts. Wait a while and try again, or sign in another way."""

    code = "too_many_attempts"


class PaymentRequired(OverQuota):
    """There is no money left for this. Top up the wallet or redeem a voucher, then send the request again."""

    code = "insufficient_quota"


class PlanSpent(PaymentRequired):
    """The plan's allowance is used up for now. Wait until it begins anew, or take a larger plan."""

    code = "plan_spent"


class BudgetSpent(PaymentRequired):
    """The budget of this key or member is used up. Ask whoever set it to raise it, or wait until it begins anew."""

    code = "budget_spent"


class Unavailable(HomespunError):
    """This service is not available at the moment. Try again shortly."""

    code = "unavailable"


class EngineFailed(Unavailable):
    """The engine stopped in the middle of this answer and is being restarted. Send the request again."""

    code = "engine_failed"


class ModelUnreadable(Unavailable):
    """The model's files can't be read. `homespun doctor` says why; `homespun models pull` fetches them again."""

    code = "model_unreadable"


class ReleaseDamaged(Unavailable):
    """This release isn't what was signed when it was made, so it answers nobody. Put its folder back from a backup."""

    code = "release_damaged"


class TrainingFailed(Unavailable):
    """The training ended without a model. Its log, beside the job, says why; the model that answers is untouched."""

    code = "training_failed"


class TrainingNotInstalled(TrainingFailed):
    """What training needs isn't installed here. `make learn` installs it; then start the server again."""

    code = "training_not_installed"


class ProviderUnavailable(Unavailable):
    """The sign-in provider can't be reached or doesn't answer as it should. Try again, or sign in another way."""

    code = "provider_unavailable"


class StorageFull(Unavailable):
    """The disk that holds the data directory is full. Free some space; nothing that was acknowledged is lost."""

    code = "storage_full"


class DatabaseUnavailable(Unavailable):
    """The database can't be reached at the moment. Try again shortly; `homespun doctor` says what is wrong."""

    code = "database_unavailable"


class DatabaseBusy(Unavailable):
    """The database has too much to do at once, so nothing was changed. Try again shortly."""

    code = "database_busy"
