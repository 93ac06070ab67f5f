"""Sign-in by OpenID Connect: somebody else, the provider, says who a person is.

exchange.py   a browser leaves for the provider, and comes back
sign_in.py    whose the identity is that it brings: who comes in by it
links.py      links that those make and end who are signed in
provider.py   what is asked of the provider
id_token.py   whether to believe what it says
web.py        how it is asked: within a time and a size
kept.py       what is remembered of its answers

The authorization code flow with state, nonce and PKCE, as OpenID Connect Core 1.0 and RFC 9700 have it.
"""

from homespun.accounts.openid.exchange import Departure, Return
from homespun.accounts.openid.settings import Settings
from homespun.accounts.openid.sign_in import OpenId

__all__ = ["Departure", "OpenId", "Return", "Settings"]
