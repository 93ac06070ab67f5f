"""Sign-in by OpenID Connect: somebody else, the provider, says who a person is.

sign_in.py    the two halves of a sign-in, and whose it is
provider.py   what is asked of the provider
id_token.py   whether to believe what it says
web.py        how it is asked: within a time and a size
kept.py       what is remembered of its answers

The authorization code flow with state, nonce and PKCE, as OpenID Connect Core 1.0 and RFC 9700 have it.
"""

from homespun.accounts.openid.settings import Settings
from homespun.accounts.openid.sign_in import Departure, OpenId, Return

__all__ = ["Departure", "OpenId", "Return", "Settings"]
