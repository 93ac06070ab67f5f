"""What a terminal asks of another OpenAI-compatible server before it talks to it."""

from __future__ import annotations

from homespun.core.errors import Unavailable

from .load import refusal_in_words

_TIMEOUT_S = 30.0


def api_base(url: str) -> str:
    """A server's address with /v1 at its end, as OpenAI clients take it."""
    base = url.rstrip("/")
    return base if base.endswith("/v1") else base + "/v1"


def first_model(url: str, key: str) -> str:
    """The first model that the server lists, which is its default. Raises `Unavailable` with what the server said."""
    import httpx

    address = f"{api_base(url)}/models"
    try:
        response = httpx.get(address, headers={"Authorization": f"Bearer {key}"}, timeout=_TIMEOUT_S)
        response.raise_for_status()
        return str(response.json()["data"][0]["id"])
    except httpx.HTTPStatusError as error:
        words = refusal_in_words(error.response.content)
        raise Unavailable(f"{address} answers with HTTP {error.response.status_code}: {words}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"{address} can't be reached: {error}. Is the server running?") from None
    except (ValueError, KeyError, IndexError, TypeError):
        raise Unavailable(f"{address} lists no model. Name one with --model.") from None
