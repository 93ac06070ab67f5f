"""Engines turn a prompt into events. This door shows the protocol; each engine is a package of its own below."""

from homespun.engines.protocol import (
    Engine,
    EngineState,
    EngineStatus,
    GenerationRequest,
    LiveModels,
    LoadedEngine,
)

__all__ = ["Engine", "EngineState", "EngineStatus", "GenerationRequest", "LiveModels", "LoadedEngine"]
