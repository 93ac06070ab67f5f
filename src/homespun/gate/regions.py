"""Which country a request comes from: by the header of a proxy that is to be believed, or by a GeoIP file.

It must not know what becomes of it.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import islice
from pathlib import Path

import maxminddb

from homespun.core.errors import Invalid
from homespun.core.incoming import Origin

from .countries import COUNTRIES, UNKNOWN
from .settings import Settings

_DAMAGES = (maxminddb.InvalidDatabaseError, ValueError, TypeError, LookupError, struct.error, RecursionError)
"""What reading a damaged file ends in, by one version of the library or another."""
_TRIED = 1000
"""A file in whose first networks there is no country isn't one of countries."""
_REMEDY = "Fetch it anew, or correct gate.geoip_file."


class Regions:
    """Tells countries. What can't be told, for whatever reason, is `UNKNOWN`; it never fails."""

    def __init__(self, settings: Settings) -> None:
        """Raises `Invalid` for a file that can't be read, or isn't one."""
        self.country_header = settings.country_header.strip().lower()
        """Only this header is believed; empty: none. Whoever doesn't come through a proxy can write what they like."""
        self._reader = _opened(Path(settings.geoip_file)) if settings.geoip_file else None

    @property
    def tells_countries(self) -> bool:
        """Whether there is anything to know countries by."""
        return bool(self.country_header) or self._reader is not None

    @property
    def described(self) -> str:
        """By what countries are known, for people."""
        ways = [f"the header {self.country_header}"] if self.country_header else []
        if self._reader:
            ways.append(f"the file {self._reader.metadata().database_type[:100]}")
        return "countries by " + ", then ".join(ways) if ways else "no country is looked up"

    def country(self, origin: Origin) -> str:
        """The country's two letters, or `UNKNOWN`."""
        told = origin.country.strip().upper() if self.country_header else ""
        return told if told in COUNTRIES else self._looked_up(origin.address)

    def _looked_up(self, address: str) -> str:
        if self._reader is None:
            return UNKNOWN
        try:
            return _country_in(self._reader.get(_plain(address)))
        except _DAMAGES:
            return UNKNOWN


def _opened(path: Path) -> maxminddb.Reader:
    """Read into memory: a file that is overwritten in place while it is mapped ends the process."""
    try:
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
        has_countries = any(_country_in(record) != UNKNOWN for _, record in islice(reader, _TRIED))
    except OSError as error:
        raise Invalid(f"The GeoIP file {path} can't be read: {error.strerror}. {_REMEDY}") from None
    except _DAMAGES:
        raise Invalid(f"The GeoIP file {path} is damaged, or not in MaxMind's format. {_REMEDY}") from None
    if not has_countries:
        raise Invalid(f"The GeoIP file {path} tells no countries. Take one of countries or cities.")
    return reader


def _country_in(record: object) -> str:
    """As MaxMind's files of countries and cities have it, and all that are made like them."""
    country = record.get("country") if isinstance(record, dict) else None
    code = country.get("iso_code") if isinstance(country, dict) else None
    return code if isinstance(code, str) and code in COUNTRIES else UNKNOWN


def _plain(address: str) -> IPv4Address | IPv6Address:
    """Raises `ValueError`. A server that listens on IPv6 sees `::ffff:192.0.2.1` for 192.0.2.1."""
    parsed = ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed
