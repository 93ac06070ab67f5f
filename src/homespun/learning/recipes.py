"""How an improvement trains: which methods, one after the other, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from homespun.core.errors import Invalid

from .jobs import Adapter, Hyper, Method


@dataclass(frozen=True, slots=True)
class Recipe:
    """Each training starts with the model of the one before, the first with the base.

    A reward model is none that answers: it is what `grpo` after it listens to.
    """

    methods: tuple[Method, ...] = (Method.SFT,)
    adapter: Adapter = Adapter.LORA
    seed: int = 0
    hyper: Mapping[Method, Mapping[str, Any]] = field(default_factory=dict)
    """What differs from each method's defaults; see `Hyper`."""

    def __post_init__(self) -> None:
        """Raises `Invalid`."""
        if not self.methods or self.methods[-1] is Method.REWARD:
            raise Invalid("A reward model answers nobody. Let grpo come after it.", param="method")
        if len(set(self.methods)) < len(self.methods):
            raise Invalid("Name each method once.", param="method")
        if Method.GRPO in self.methods and Method.REWARD not in self.methods[: self.methods.index(Method.GRPO)]:
            raise Invalid("grpo needs a reward model: let reward come before it.", param="method")
        if stray := self.hyper.keys() - set(self.methods):
            raise Invalid(f"There are numbers for {min(stray)}, with which nothing is trained.", param="hyper")
        for method in self.methods:
            self.numbers(method)

    def numbers(self, method: Method) -> Hyper:
        """All numbers of a method, those by default too."""
        return Hyper.of(method, self.hyper.get(method, {}))

    def in_full(self) -> Mapping[str, Any]:
        """As JSON, so that whoever reads it in years knows what the defaults were."""
        hyper = {method.value: asdict(self.numbers(method)) for method in self.methods}
        methods = [method.value for method in self.methods]
        return {"methods": methods, "adapter": self.adapter.value, "seed": self.seed, "hyper": hyper}
