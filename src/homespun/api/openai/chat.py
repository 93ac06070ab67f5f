"""The words of POST /v1/chat/completions."""

from __future__ import annotations

from homespun.core.events import Piece

from .dialect import Choice, Dialect, Json
from .logprobs import chat_logprobs


class ChatDialect(Dialect):
    """`chat.completion` and its chunks."""

    id_prefix = "chatcmpl"
    whole_object = "chat.completion"
    chunk_object = "chat.completion.chunk"

    def opening(self, choices: int) -> bytes:
        """One chunk for each choice that says who speaks."""
        role = b'"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}'
        return b"".join(b'%b{"index":%d,%b%b' % (self._head, i, role, self._tail) for i in range(choices))

    def piece(self, choice: int, text: bytes, logprobs: bytes) -> bytes:
        """A choice of a chunk with some text."""
        return b'{"index":%d,"delta":{"content":%b},"logprobs":%b,"finish_reason":null}' % (choice, text, logprobs)

    def end(self, choice: int, reason: bytes) -> bytes:
        """A choice of the chunk that ends it."""
        return b'{"index":%d,"delta":{},"logprobs":null,"finish_reason":%b}' % (choice, reason)

    def chunk_logprobs(self, piece: Piece) -> Json:
        """The log-probabilities of a piece."""
        return chat_logprobs(piece.logprobs)

    def whole_choice(self, choice: Choice) -> Json:
        """A choice of a whole answer."""
        return {
            "index": choice.index,
            "message": {"role": "assistant", "content": choice.text, "refusal": None, "annotations": []},
            "logprobs": chat_logprobs(choice.logprobs) if self._has_logprobs else None,
            "finish_reason": choice.reason,
        }
