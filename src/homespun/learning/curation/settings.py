"""The settings of curation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What becomes training data, and how much it counts."""

    min_pairs: int = 20
    """So many pairs make a snapshot, whatever else is there."""
    min_demonstrations: int = 20
    """So many demonstrations make a snapshot, whatever else is there."""
    held_out_share: float = 0.15
    """The part of the labels that is kept from training, for the examination; whole people and conversations."""
    labels_per_person: int = 200
    """How many labels of each kind count of one person. A trainer's demonstrations always do."""
    share_per_person: float = 0.25
    """The largest part of a kind's labels that is one person's, where enough people have said something."""
    always_per_person: int = 50
    """So many labels of a kind count of one person whatever their share is."""
    propensity_limit: float = 5.0
    """A comparison counts by how improbable it was that it would be shown, at most so many times as much."""
    kept_weight: float = 0.3
    """How much a pair counts that comes from a regenerated answer that was kept; a pair from an edit counts 1."""
    near_duplicate: float = 0.85
    """Texts that have this part of their shingles in common are taken for the same. 1: only equal ones are."""
    young_days: float = 7.0
    """Accounts younger than this are watched for bursts of labels that are all the same."""
    scrubs_addresses: bool = False
    """Whether IP addresses are taken out of texts, too. E-mail addresses, phones and secrets always are."""
