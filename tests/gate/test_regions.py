"""Where a request comes from is told by what can be believed, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from homespun.core.errors import Invalid
from homespun.core.incoming import Origin
from homespun.gate import Regions, Settings

from .mmdb import Value, country, mmdb

KNOWN: dict[str, Value] = {
    "192.0.2.0/24": country("DE"),
    "198.51.100.7/32": country("CN"),
    "2001:db8::/32": country("FR"),
    "203.0.113.0/24": {"registered_country": {"iso_code": "US"}},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "countries.mmdb"
    path.write_bytes(mmdb(KNOWN))
    return path


def test_nothing_is_known_of_anybody_where_nothing_is_set() -> None:
    assert Regions(Settings()).country(Origin("192.0.2.1", "DE")) == "ZZ"


@pytest.mark.parametrize(
    ("sent", "country"),
    [
        ("CN", "CN"),
        (" cn ", "CN"),
        ("XK", "XK"),
        ("", "ZZ"),
        ("XX", "ZZ"),
        ("T1", "ZZ"),
        ("UK", "ZZ"),
        ("ZZ", "ZZ"),
        ("*", "ZZ"),
        ("DE, CN", "ZZ"),
        ("DEU", "ZZ"),
        ("\udcff\x00", "ZZ"),
    ],
)
def test_a_header_that_is_named_tells_a_country_or_nothing(sent: str, country: str) -> None:
    assert Regions(Settings(country_header="CF-IPCountry")).country(Origin("192.0.2.1", sent)) == country


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("192.0.2.1", "DE"),
        ("198.51.100.7", "CN"),
        ("198.51.100.8", "ZZ"),
        ("::ffff:192.0.2.1", "DE"),
        ("2001:db8::1", "FR"),
        ("2001:db9::1", "ZZ"),
        ("203.0.113.1", "ZZ"),
        ("fe80::1%eth0", "ZZ"),
        ("", "ZZ"),
        ("testclient", "ZZ"),
        ("192.0.2.1:80", "ZZ"),
        ("256.0.0.1", "ZZ"),
    ],
)
def test_a_file_tells_countries_by_address(file: Path, address: str, country: str) -> None:
    assert Regions(Settings(geoip_file=str(file))).country(Origin(address, "US")) == country


def test_the_proxy_knows_better_than_the_file_if_it_knows(file: Path) -> None:
    regions = Regions(Settings(country_header="x-country", geoip_file=str(file)))
    assert regions.country(Origin("192.0.2.1", "AT")) == "AT"
    assert regions.country(Origin("192.0.2.1", "XX")) == "DE"
    assert regions.described == "countries by the header x-country, then the file Test-Country"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "damaged"),
        (b"a shopping list", "damaged"),
        (mmdb(KNOWN)[:-40], "damaged"),
        (mmdb(KNOWN)[:200], "damaged"),
        (mmdb({"192.0.2.0/24": {"autonomous_system_number": 64496}}), "no countries"),
    ],
)
def test_what_tells_no_countries_is_refused_at_the_start(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "countries.mmdb"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=f"countries.mmdb.*{word}"):
        Regions(Settings(geoip_file=str(path)))


def test_a_file_that_is_not_there_is_named_with_the_setting(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mmdb", tmp_path):
        with pytest.raises(Invalid, match=rf"{path} can't be read.*gate\.geoip_file"):
            Regions(Settings(geoip_file=str(path)))


def test_a_damaged_file_never_fails_a_lookup(tmp_path: Path) -> None:
    """Any byte of it may be wrong: then it is refused, or some answers are."""
    whole, path = mmdb(KNOWN), tmp_path / "countries.mmdb"
    answers = set()
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            regions = Regions(Settings(geoip_file=str(path)))
        except Invalid:
            continue
        answers |= {regions.country(Origin(address)) for address in ("192.0.2.1", "198.51.100.7", "2001:db8::1")}
    assert answers == {"DE", "CN", "FR", "ZZ"}


def test_a_file_that_is_overwritten_meanwhile_changes_nothing(file: Path) -> None:
    regions = Regions(Settings(geoip_file=str(file)))
    file.write_bytes(b"")
    assert regions.country(Origin("192.0.2.1")) == "DE"
