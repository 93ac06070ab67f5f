"""The models that can be read. The engine that reads them has its own list; a test holds the two together."""

from __future__ import annotations

ARCHITECTURES = ("llama", "qwen2", "qwen3")
"""As GGUF names them in `general.architecture`, and Hugging Face in `model_type`."""

GGUF_TYPES = {
    "F32": (0, 1, 4),
    "F16": (1, 1, 2),
    "Q4_0": (2, 32, 18),
    "Q4_1": (3, 32, 20),
    "Q8_0": (8, 32, 34),
    "Q4_K": (12, 256, 144),
    "Q6_K": (14, 256, 210),
    "BF16": (30, 1, 2),
}
"""From GGUF's name of a tensor type to its number, weights per block, and bytes per block."""

SAFETENSORS_TYPES = {"F32": 4, "F16": 2, "BF16": 2}
"""From safetensors' name of a tensor type to its bytes per weight."""

SUPPORTED = (
    f"Supported are the architectures {', '.join(ARCHITECTURES)}, as GGUF ({', '.join(GGUF_TYPES)}) "
    f"or safetensors ({', '.join(SAFETENSORS_TYPES)})."
)
"""For the end of every message about a model that can't be read."""
