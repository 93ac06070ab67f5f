"""The gate decides who may have a turn. See `homespun.gate.gate`."""

from homespun.gate.admission import Admission
from homespun.gate.gate import Gate
from homespun.gate.responses import Asked, Response, Responses
from homespun.gate.settings import Settings

__all__ = ["Admission", "Asked", "Gate", "Response", "Responses", "Settings"]
