"""The gate decides who may have a turn. See `homespun.gate.gate`."""

from homespun.gate.gate import Admission, Gate

__all__ = ["Admission", "Gate"]
