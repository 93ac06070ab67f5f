"""A model's files as one `Checkpoint`: GGUF, or a folder of safetensors as on the Hugging Face hub.

`read_checkpoint(path)` looks at headers only; `checkpoint.tensor(name)` reads one tensor at a time. All that can be
wrong with a file raises `ModelUnreadable`, which says what is wrong and what would be right.
"""

from .checkpoint import Checkpoint, TensorSource
from .model_config import Architecture, ModelConfig
from .reading import read_checkpoint
from .tokenizer_spec import BytePairVocabulary, TokenizerJson, TokenizerSpec, TokenKind

__all__ = [
    "Architecture",
    "BytePairVocabulary",
    "Checkpoint",
    "ModelConfig",
    "TensorSource",
    "TokenKind",
    "TokenizerJson",
    "TokenizerSpec",
    "read_checkpoint",
]
