"""Releases as files that other programs load: a Hugging Face folder, or a GGUF file.

    exporting.py        which files of which release go where
    new_folder.py       a folder that is there whole or not at all
    gguf_file.py        weights and metadata as one GGUF file
    gguf_metadata.py    what that file says of the model
    gguf_vocabulary.py  a tokenizer.json as GGUF tells it
    model_card.py       the README beside them: where the model comes from, and how it was examined

Nothing here needs PyTorch or llama.cpp. This package must not know doors, nor where releases lie.
"""

from .exporting import Format, OnProgress, Source, export_release
from .gguf_file import WeightType

__all__ = ["Format", "OnProgress", "Source", "WeightType", "export_release"]
