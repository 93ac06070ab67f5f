"""Any server that speaks OpenAI's protocol, as an `Engine`: vLLM first, and all that are like it.

engine.py       the engine: submits, streams, cancels
wire.py         OpenAI's JSON, both ways
answer.py       turns chunks into events
sse.py          server-sent events
failures.py     its errors as ours
estimate.py     how long a prompt is, where nobody can tell
"""

from .engine import UpstreamEngine
from .settings import OPENAI, VLLM, Dialect, Settings

__all__ = ["OPENAI", "VLLM", "Dialect", "Settings", "UpstreamEngine"]
