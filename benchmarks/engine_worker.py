"""Measures one engine on command: reads a line of JSON, does that work, prints tokens per second.

    {"chats": 8, "tokens": 128, "sampled": true}
                       as many answers at once, each so long: tokens written per second, prompts included
    {"prefill": 512}   one new prompt of so many tokens and one token of answer: prompt tokens per second
    {"prefill": 100, "after_answer": true}
                       the same just after an answer, as it is in a server: a graph whose batch changes its shape takes
                       some milliseconds more than one that gets the same shape again and again
    {"prefill": 520, "known": 500}
                       the same after an answer to another prompt that begins with the same 500 tokens

Started by `engine.py`: python engine_worker.py homespun|genai MODEL.gguf CACHE_MB
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROMPT_TOKENS = 40
_ANSWER_BEFORE_TOKENS = 8
_VOCABULARY = range(1000, 40_000)
END_TOKENS = (0, 2)
"""Of the default model; forbidden, so that every answer has its full length."""

Generate = Callable[[list[list[int]], int, float], None]
"""Answers prompts with so many tokens each, at a temperature."""


def random_prompts(count: int, length: int) -> list[list[int]]:
    """Prompts that no prefix cache has seen."""
    return [random.choices(_VOCABULARY, k=length) for _ in range(count)]


def measure(generate: Generate, work: dict[str, int]) -> float:
    """Runs one piece of work; tokens per second."""
    if "prefill" in work:
        prompts, tokens, counted = random_prompts(1, work["prefill"]), 1, work["prefill"]
    else:
        prompts, tokens = random_prompts(work["chats"], PROMPT_TOKENS), work["tokens"]
        counted = work["chats"] * tokens
    if work.get("after_answer"):
        generate(random_prompts(1, PROMPT_TOKENS), _ANSWER_BEFORE_TOKENS, 0.0)
    if known := work.get("known"):
        own = random_prompts(1, work["prefill"] - known)[0]
        generate([prompts[0][:known] + own], _ANSWER_BEFORE_TOKENS, 0.0)
    began = time.perf_counter()
    generate(prompts, tokens, 0.7 if work.get("sampled") else 0.0)
    return counted / (time.perf_counter() - began)


def serve(generate: Generate) -> None:
    """Answers lines until the input ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        print(measure(generate, json.loads(line)), flush=True)


def serve_homespun(model: Path, cache_mb: int, folder: Path) -> None:
    """Our engine behind its process border."""
    from homespun.core.events import Piece
    from homespun.core.messages import TokenPrompt
    from homespun.core.sampling import Sampling
    from homespun.engines import GenerationRequest
    from homespun.engines.openvino import OpenVinoEngine, Settings

    engine = OpenVinoEngine(model, folder, Settings(kv_cache_mb=cache_mb))
    loop = asyncio.new_event_loop()

    async def answer(prompt: list[int], tokens: int, temperature: float) -> None:
        sampling = Sampling(temperature=temperature, max_tokens=tokens, logit_bias=dict.fromkeys(END_TOKENS, -100.0))
        written = 0
        async for event in engine.generate(GenerationRequest("bench", TokenPrompt(tuple(prompt)), sampling)):
            if isinstance(event, Piece):
                written += event.tokens
        assert written == tokens, f"{written} tokens instead of {tokens}"

    async def answer_all(prompts: list[list[int]], tokens: int, temperature: float) -> None:
        await asyncio.gather(*(answer(prompt, tokens, temperature) for prompt in prompts))

    async def start() -> None:
        await engine.start()
        await engine.wait_ready()

    loop.run_until_complete(start())
    serve(lambda *work: loop.run_until_complete(answer_all(*work)))
    loop.run_until_complete(engine.stop())


def serve_genai(model: Path, cache_mb: int, folder: Path) -> None:
    """OpenVINO GenAI's continuous batching, from the same file."""
    import openvino as ov
    import openvino_genai as genai

    shutil.copy(model, folder / model.name)
    genai.LLMPipeline(folder / model.name, "CPU", enable_save_ov_model=True)
    scheduler = genai.SchedulerConfig()
    scheduler.cache_size = max(cache_mb // 1024, 1)
    scheduler.max_num_batched_tokens = 512
    scheduler.max_num_seqs = 64
    scheduler.enable_prefix_caching = True
    pipeline = genai.ContinuousBatchingPipeline(folder, scheduler, "CPU")
    numbers = iter(range(1, 2**62))

    def generate(prompts: list[list[int]], tokens: int, temperature: float) -> None:
        config = genai.GenerationConfig(max_new_tokens=tokens, ignore_eos=True)
        if temperature:
            config.do_sample, config.temperature = True, temperature
        handles = [
            pipeline.add_request(next(numbers), ov.Tensor([prompt]), generation_config=config) for prompt in prompts
        ]
        written = 0
        while pipeline.has_non_finished_requests():
            pipeline.step()
            for handle in handles:
                if handle.can_read():
                    written += sum(len(output.generated_ids) for output in handle.read().values())
        assert written == tokens * len(prompts), f"{written} tokens instead of {tokens * len(prompts)}"

    serve(generate)


if __name__ == "__main__":
    name, model_path, cache = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as work_folder:
        {"homespun": serve_homespun, "genai": serve_genai}[name](model_path, cache, Path(work_folder))
