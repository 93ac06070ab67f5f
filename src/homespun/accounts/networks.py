"""Networks that a key may be used from, and whether an address lies in one of them."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from homespun.core.errors import Invalid

Network: TypeAlias = IPv4Network | IPv6Network

_MOST = 100


def checked(networks: Iterable[str]) -> tuple[str, ...]:
    """The networks in their usual form, without doubles. Raises `Invalid` for what isn't one."""
    texts = tuple(dict.fromkeys(str(_network(text)) for text in networks))
    if len(texts) > _MOST:
        raise Invalid(f"A key takes {_MOST} networks at most.", param="networks")
    return texts


def parsed(networks: Iterable[str]) -> tuple[Network, ...]:
    """Those that were checked before."""
    return tuple(map(ip_network, networks))


def contain(networks: Iterable[Network], address: str) -> bool:
    """Whether the address lies in one of them. What isn't an address lies nowhere."""
    try:
        place = _plain(ip_address(address))
    except ValueError:
        return False
    return any(place in network for network in networks if network.version == place.version)


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip())
    except ValueError:
        raise Invalid(
            f"{text!r} is no network. Write 192.0.2.0/24, 2001:db8::/32, or one address.", param="networks"
        ) from None


def _plain(place: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address where it comes dressed as IPv6, as it does at a socket for both."""
    mapped = place.ipv4_mapped if isinstance(place, IPv6Address) else None
    return mapped or place
