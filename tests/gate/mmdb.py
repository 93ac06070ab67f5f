"""Writes small files in MaxMind's format: https://maxmind.github.io/MaxMind-DB/."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network

Value = str | int | list["Value"] | dict[str, "Value"]
Node = list["Node | int | None"]
"""Where a 0 and a 1 lead: to another node, to a record's offset in the data, or nowhere."""

_MARKER = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = bytes(16)


def mmdb(networks: Mapping[str, Value], *, database_type: str = "Test-Country") -> bytes:
    """A file that knows these networks, those of IPv4 too, by what it is to say of each."""
    root, data = Node([None, None]), b""
    for network, record in networks.items():
        _plant(root, _bits(network), len(data))
        data += _encoded(record)
    nodes = _numbered(root)
    numbers = {id(node): number for number, node in enumerate(nodes)}
    tree = b"".join(_record(side, numbers).to_bytes(3, "big") for node in nodes for side in node)
    about: dict[str, Value] = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_760_000_000,
        "database_type": database_type,
        "description": {},
        "ip_version": 6,
        "languages": [],
        "node_count": len(nodes),
        "record_size": 24,
    }
    return tree + _SEPARATOR + data + _MARKER + _encoded(about)


def country(code: str) -> Value:
    """A record as files of countries have it."""
    return {"country": {"iso_code": code}}


def _bits(network: str) -> str:
    """An IPv4 network lies below ::/96."""
    parsed = ip_network(network)
    bits = f"{int(parsed.network_address):0{parsed.max_prefixlen}b}"[: parsed.prefixlen]
    return "0" * 96 + bits if isinstance(parsed, IPv4Network) else bits


def _plant(root: Node, bits: str, offset: int) -> None:
    node = root
    for bit in map(int, bits[:-1]):
        below = node[bit]
        if not isinstance(below, list):
            below = node[bit] = Node([None, None])
        node = below
    node[int(bits[-1])] = offset


def _numbered(root: Node) -> list[Node]:
    nodes = [root]
    for node in nodes:  # grows meanwhile
        nodes += [side for side in node if isinstance(side, list)]
    return nodes


def _record(side: Node | int | None, numbers: Mapping[int, int]) -> int:
    if isinstance(side, list):
        return numbers[id(side)]
    return len(numbers) if side is None else len(numbers) + len(_SEPARATOR) + side


def _encoded(value: Value) -> bytes:
    match value:
        case str():
            text = value.encode()
            return bytes([2 << 5 | len(text)]) + text
        case int():
            number = value.to_bytes(-(-value.bit_length() // 8), "big")
            return bytes([len(number), 9 - 7]) + number
        case list():
            return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
        case dict():
            pairs = (_encoded(name) + _encoded(inner) for name, inner in value.items())
            return bytes([7 << 5 | len(value)]) + b"".join(pairs)
