"""The gate's settings: how much anybody may ask at a time, and by what it knows where they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits by person, key, team and door, 0 for none, which hold for all server processes together; and regions."""

    person_requests_per_minute: int = 0
    """Requests of one person within a minute, by whatever door."""
    person_tokens_per_minute: int = 0
    """Tokens of one person within a minute, those of prompts included."""
    person_streams: int = 0
    """Answers that one person may have written at the same time."""
    key_requests_per_minute: int = 0
    """Requests with one API key within a minute."""
    key_tokens_per_minute: int = 0
    """Tokens by one API key within a minute."""
    key_streams: int = 0
    """Answers that one API key may have written at the same time."""
    team_requests_per_minute: int = 0
    """Requests of all members of a team together within a minute."""
    team_tokens_per_minute: int = 0
    """Tokens of all members of a team together within a minute."""
    team_streams: int = 0
    """Answers that a team may have written at the same time."""
    door_requests_per_minute: int = 0
    """Requests through one door (the API, the web app) within a minute, whoever asks."""
    door_tokens_per_minute: int = 0
    """Tokens through one door within a minute."""
    door_streams: int = 0
    """Answers that are written for one door at the same time."""
    foreseen_answer_tokens: int = 512
    """How long an answer is taken to be, until it has ended, where the request doesn't bound it."""
    country_header: str = ""
    """The header in which the proxy in front says where a request comes from, such as `cf-ipcountry`. Empty: none. Name
    it only if that proxy always sets it: whoever reaches the server past the proxy could write what they like."""
    geoip_file: str = ""
    """A file in MaxMind's format (`.mmdb`) that tells countries by IP address, read at the start. Empty: none."""
