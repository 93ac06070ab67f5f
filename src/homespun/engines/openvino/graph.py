"""The calculation of a llama-family model as an OpenVINO graph, straight from its weights.

All sequences of a step lie end to end in one row of tokens [tokens]; paged attention knows where each begins and which
cache blocks are its own. Only the rows that are sampled pass what comes after the last attention, the head above all,
which is the widest matrix of a small model: of the other rows nobody wants more than their keys and values.
Norm, rotary embedding and swish are written in the plain patterns that the CPU plugin fuses. Operators are few: at one
chat the cost is in their number, and when a step has another number of tokens than the one before, each costs some 7
microseconds more. So query, key and value (and gate and up) are one matrix product each, queries and keys are turned
together, and hidden states stay [tokens, hidden].

Llama: Touvron et al. 2023; rotary embedding: Su et al. 2021; grouped queries: Ainslie et al. 2023; paged attention:
Kwon et al. 2023. This module must not know files, caches or scheduling.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import openvino as ov
import openvino.opset13 as op
from openvino.op import _PagedAttentionExtension

from .quantize import Precision, compressed
from .weights import Checkpoint, ModelConfig

INTEGER_INPUTS = {
    "input_ids": np.int64,  # [tokens]
    "position_ids": np.int64,  # [tokens]
    "past_lens": np.int32,  # [sequences] tokens of each that are in the cache already
    "subsequence_begins": np.int32,  # [sequences + 1] where each begins in the row of tokens
    "block_indices": np.int32,  # [blocks] of all sequences, end to end
    "block_indices_begins": np.int32,  # [sequences + 1]
    "max_context_len": np.int32,  # []
    "sampled_rows": np.int64,  # [rows] tokens whose successor is wanted
}
"""The graph's inputs beside the cache, with their types. Its one output is `logits` [rows, vocabulary], float32."""


def build_model(checkpoint: Checkpoint, precision: Precision) -> ov.Model:
    """Builds the graph. Raises `ModelUnreadable` where a tensor is damaged."""
    return _Builder(checkpoint, precision).build()


def annotate_attention(model: ov.Model, config: ModelConfig) -> None:
    """Tells the plugin the cache's geometry. It is not kept when a graph is saved, hence repeated after reading one."""
    geometry = {
        "num_k_heads": config.kv_heads,
        "k_head_size": config.head_dim,
        "num_v_heads": config.kv_heads,
        "v_head_size": config.head_dim,
    }
    for node in model.get_ops():
        if node.get_type_name() == "PagedAttentionExtension":
            info = node.get_rt_info()
            for key, value in geometry.items():
                info[key] = value


class _Builder:
    """Holds what the layers share while the graph grows."""

    def __init__(self, checkpoint: Checkpoint, precision: Precision) -> None:
        self._tensor = checkpoint.tensor
        self._config = checkpoint.config
        self._precision = precision
        self._inputs = {
            name: _parameter(name, [] if name == "max_context_len" else [-1], type_)
            for name, type_ in INTEGER_INPUTS.items()
        }
        self._caches: list[ov.Node] = []

    def build(self) -> ov.Model:
        embedding = compressed(self._tensor("model.embed_tokens.weight"), Precision.INT8)
        hidden = op.gather(embedding, op.convert(self._inputs["input_ids"], "i32"), np.int32(0))
        self._cos, self._sin = self._rotation()
        for layer in range(self._config.layers):
            prefix = f"model.layers.{layer}."
            normed = self._norm(hidden, prefix + "input_layernorm.weight")
            attended = self._attention(normed, prefix + "self_attn.", layer)
            if layer == self._config.layers - 1:
                hidden, attended = self._sampled(hidden), self._sampled(attended)
            hidden = op.add(hidden, self._linear(attended, prefix + "self_attn.o_proj"))
            normed = self._norm(hidden, prefix + "post_attention_layernorm.weight")
            hidden = op.add(hidden, self._feed_forward(normed, prefix + "mlp."))
        model = ov.Model([op.result(self._logits(hidden, embedding))], [*self._inputs.values(), *self._caches], "llama")
        model.outputs[0].get_tensor().set_names({"logits"})
        annotate_attention(model, self._config)
        return model

    def _rotation(self) -> tuple[ov.Node, ov.Node]:
        """Cosine and sine of each token's angles, [tokens, 1, 1, head_dim], the halves alike."""
        frequencies = np.array(self._config.rope_inverse_frequencies, np.float32).reshape(1, 1, 1, -1)
        positions = op.reshape(op.convert(self._inputs["position_ids"], "f32"), np.array([-1, 1, 1, 1]), False)
        angles = op.multiply(positions, op.constant(frequencies))
        both_halves = op.concat([angles, angles], -1)
        return op.cos(both_halves), op.sin(both_halves)

    def _norm(self, hidden: ov.Node, name: str) -> ov.Node:
        """Root mean square norm over the last axis (Zhang and Sennrich 2019)."""
        weight = self._tensor(name)
        ones = [1] * len(hidden.get_output_partial_shape(0))
        mean_square = op.reduce_mean(
            op.power(hidden, op.constant(np.full(ones, 2, np.float32))), np.array([-1]), keep_dims=True
        )
        root = op.sqrt(op.add(mean_square, op.constant(np.full(ones, self._config.rms_eps, np.float32))))
        inverse = op.divide(op.constant(np.full(ones, 1, np.float32)), root)
        return op.multiply(op.multiply(inverse, hidden), op.constant(weight.reshape(*ones[:-1], -1)))

    def _sampled(self, tokens: ov.Node | ov.Output) -> ov.Node:
        """Of something for each token [tokens, width], the rows whose successor is wanted [rows, width]."""
        return op.gather(tokens, self._inputs["sampled_rows"], np.int64(0))

    def _attention(self, normed: ov.Node, prefix: str, layer: int) -> ov.Output:
        """What each token draws from those before it [tokens, heads * head_dim], not projected yet."""
        config = self._config
        heads, width = config.heads + config.kv_heads, config.head_dim
        projected = self._linear(normed, *(f"{prefix}{name}_proj" for name in "qkv"), bias=config.attention_bias)
        split = op.variadic_split(projected, np.int64(1), np.array([heads * width, config.kv_heads * width]))
        shaped = op.reshape(split.output(0), np.array([-1, heads, 1, width]), False)
        if config.qk_norm:
            shaped = self._normed_heads(shaped, prefix)
        turned = op.reshape(self._turned(shaped), np.array([-1, heads * width]), False)
        query_key = op.variadic_split(turned, np.int64(1), np.array([config.heads * width, config.kv_heads * width]))
        caches = [_parameter(f"{which}_cache.{layer}", [-1, -1, -1, -1], ov.Type.dynamic) for which in ("key", "value")]
        self._caches += caches
        return _paged_attention(
            [*query_key.outputs(), split.output(1), *(cache.output(0) for cache in caches)],
            self._inputs,
            scale=width**-0.5,
        )

    def _normed_heads(self, shaped: ov.Node, prefix: str) -> ov.Node:
        """Queries and keys have a norm each."""
        split = op.variadic_split(shaped, np.int64(1), np.array([self._config.heads, self._config.kv_heads]))
        names = (prefix + "q_norm.weight", prefix + "k_norm.weight")
        return op.concat([self._norm(x, name) for x, name in zip(split.outputs(), names, strict=True)], 1)

    def _turned(self, shaped: ov.Node) -> ov.Node:
        """Queries and keys [tokens, heads, 1, head_dim], turned by each token's position."""
        half = self._config.head_dim // 2
        first = op.slice(shaped, np.array([0]), np.array([half]), np.array([1]), np.array([3]))
        second = op.slice(shaped, np.array([half]), np.array([2**31 - 1]), np.array([1]), np.array([3]))
        minus = op.constant(np.full((1, 1, 1, 1), -1, np.float32))
        turned = op.concat([op.multiply(second, minus), first], -1)
        return op.add(op.multiply(shaped, self._cos), op.multiply(turned, self._sin))

    def _feed_forward(self, normed: ov.Node, prefix: str) -> ov.Node:
        """Swish-gated linear unit (Shazeer 2020)."""
        width = self._config.intermediate
        split = op.variadic_split(
            self._linear(normed, prefix + "gate_proj", prefix + "up_proj"), np.int64(1), np.array([width, width])
        )
        return self._linear(op.multiply(op.swish(split.output(0)), split.output(1)), prefix + "down_proj")

    def _linear(self, hidden: ov.Node | ov.Output, *names: str, bias: bool = False) -> ov.Node:
        """One matrix product for one or several projections of the same input, their outputs side by side."""
        weight = np.concatenate([self._tensor(name + ".weight") for name in names])
        product = op.matmul(hidden, compressed(weight, self._precision), transpose_a=False, transpose_b=True)
        if not bias:
            return product
        return op.add(product, op.constant(np.concatenate([self._tensor(name + ".bias") for name in names])))

    def _logits(self, hidden: ov.Node, embedding: ov.Output) -> ov.Node:
        """Of the sampled rows."""
        normed = self._norm(hidden, "model.norm.weight")
        tied = self._config.tie_embeddings
        head = embedding if tied else compressed(self._tensor("lm_head.weight"), Precision.INT8)
        return op.matmul(normed, head, transpose_a=False, transpose_b=True)


def _parameter(name: str, shape: list[int], type_: object) -> ov.Node:
    parameter = op.parameter(shape, type_, name=name)
    parameter.output(0).set_names({name})
    return parameter


def _paged_attention(projected_and_caches: list[ov.Output], inputs: Mapping[str, ov.Node], scale: float) -> ov.Output:
    """The plugin's operator: writes key and value into the caches, returns the attended values [tokens, heads * dim].

    Takes query, key, value, key cache and value cache. It has 28 inputs; those for windows, slopes, scores, rotation,
    sparsity and sinks are left empty.
    """
    none = {type_: op.constant(np.zeros(0, type_)) for type_ in (np.float32, np.int32, np.uint8)}
    zero = op.constant(np.array(0, np.int32))
    layout = [inputs[name] for name in ("past_lens", "subsequence_begins", "block_indices", "block_indices_begins")]
    floats, integers, octets = none[np.float32], none[np.int32], none[np.uint8]
    operands = [
        *layout,
        *(op.constant(np.float32(scale)), zero, floats, inputs["max_context_len"]),  # scale, window, slopes, longest
        *(integers, integers, integers, floats, floats, zero, zero),  # scores, rotation, sparse attention
        *(op.constant(np.zeros((0, 0, 0, 0), np.float32)), zero),  # sinks
        *(integers, integers, integers, integers, octets, integers),  # diversity, query-to-query bias
    ]
    node = _PagedAttentionExtension([*projected_and_caches, *(operand.output(0) for operand in operands)])
    return node.output(0)
