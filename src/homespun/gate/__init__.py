"""The gate decides who may have a turn. See `homespun.gate.gate`."""

from homespun.gate.admission import Admission
from homespun.gate.availability import Availability
from homespun.gate.countries import ANYWHERE, COUNTRIES, UNKNOWN
from homespun.gate.gate import Gate
from homespun.gate.regions import Regions
from homespun.gate.responses import Asked, Response, Responses
from homespun.gate.rules import LONGEST_MESSAGE, Audience, Rule, Verdict
from homespun.gate.settings import Settings
from homespun.gate.sweeping import swept
from homespun.gate.waiting_list import Waiting
from homespun.gate.wording import Language, told

__all__ = [
    "ANYWHERE",
    "COUNTRIES",
    "LONGEST_MESSAGE",
    "UNKNOWN",
    "Admission",
    "Asked",
    "Audience",
    "Availability",
    "Gate",
    "Language",
    "Regions",
    "Response",
    "Responses",
    "Rule",
    "Settings",
    "Verdict",
    "Waiting",
    "swept",
    "told",
]
