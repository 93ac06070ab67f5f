"""`homespun chat`: the assistant in a terminal, for a conversation or for one question.

Answers come from an event loop in a thread of its own, so that the main thread is free to wait for keys and can be
interrupted: Ctrl-C stops an answer, once more leaves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, aclosing, contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from homespun.core.errors import HomespunError, Invalid
from homespun.core.sampling import Sampling

from .background import BackgroundLoop
from .configuration import DataDir, ModelName, configured, with_data_dir
from .terminal import console, harmless, say_error

if TYPE_CHECKING:
    from .talk import Talk

_STOP_TIMEOUT_S = 5.0
"""How long a stopped answer may take to be written down."""


def chat(
    question: Annotated[
        str | None, typer.Argument(help="Ask this and leave. What is piped in comes after it.", show_default=False)
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Talk to this OpenAI-compatible server, not to a model here.")
    ] = None,
    key: Annotated[str, typer.Option(envvar="OPENAI_API_KEY", help="An API key of that server.")] = "none",
    model: ModelName = None,
    system: Annotated[str | None, typer.Option(metavar="TEXT", help="Instructions before the conversation.")] = None,
    temperature: Annotated[
        float | None, typer.Option(min=0, max=2, help="0: always the likeliest word. Left out: as in the web app.")
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="The longest answer.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Talk to the model in this terminal.

    It answers in this process, and the conversation is kept like those of the web app; or, with --url, at any server.
    """
    asked = _whole_question(question)
    with _opened(_talk(url, key, model, system, temperature, max_tokens, data_dir)) as dialogue:
        if asked is None:
            dialogue.hold()
        elif not dialogue.answer(asked):
            raise KeyboardInterrupt


class Dialogue:
    """A talk, held from the main thread."""

    def __init__(self, loop: BackgroundLoop, talk: Talk) -> None:
        self._loop = loop
        self._talk = talk

    def hold(self) -> None:
        """Asks for questions and shows the answers until the person leaves."""
        with suppress(ImportError):
            import readline  # noqa: F401 - input() gets history and editing from it
        typer.secho(f"{self._talk.model} ", bold=True, nl=False)
        typer.echo("is a language model and can be wrong.\n/new starts anew. Ctrl-C stops an answer, twice leaves.")
        was_interrupted = False
        while True:
            try:
                question = input("> ").strip()
            except EOFError:
                return
            except KeyboardInterrupt:
                typer.echo()
                if was_interrupted:
                    return
                was_interrupted = True
                continue
            was_interrupted = bool(question) and not self._respond(question)

    def answer(self, question: str) -> bool:
        """Shows the answer as it comes; False if Ctrl-C stopped it. Raises what the talk raises."""
        pieces: SimpleQueue[str | None] = SimpleQueue()
        ended = Event()

        async def listen() -> None:
            try:
                async with aclosing(self._talk.ask(question)) as answer:
                    async for text in answer:
                        pieces.put(text)
            finally:
                ended.set()

        listening = self._loop.submit(listen())
        listening.add_done_callback(lambda _: pieces.put(None))
        try:
            for text in iter(pieces.get, None):
                typer.echo(harmless(text), nl=False)
        except KeyboardInterrupt:
            listening.cancel()
            ended.wait(_STOP_TIMEOUT_S)
            typer.echo(" (stopped)")
            return False
        listening.result()
        typer.echo()
        return True

    def _respond(self, question: str) -> bool:
        """False if Ctrl-C stopped the answer."""
        if question == "/new":
            self._talk.begin_anew()
            return True
        try:
            return self.answer(question)
        except HomespunError as error:
            say_error(error)
            return True


def _whole_question(given: str | None) -> str | None:
    """The argument and what is piped in; None if there is neither and somebody sits at the keyboard."""
    if sys.stdin.isatty():
        return given
    question = "\n\n".join(part for part in (given, sys.stdin.read().strip()) if part)
    if not question:
        raise Invalid("There is no question. Give one as an argument, or pipe one in.")
    return question


def _talk(
    url: str | None,
    key: str,
    model: str | None,
    system: str | None,
    temperature: float | None,
    max_tokens: int | None,
    data_dir: Path | None,
) -> AbstractAsyncContextManager[Talk]:
    from .pulling import ensure_model
    from .remote import first_model
    from .talk import local_talk, remote_talk

    settings = configured(data_dir=data_dir, model=None if url else model)
    api = settings.api
    sampling = Sampling(
        temperature=api.web_temperature if temperature is None else temperature,
        top_p=api.web_top_p,
        max_tokens=max_tokens,
    )
    if url:
        return remote_talk(url, key, model or first_model(url, key), system=system, sampling=sampling)
    ensure_model(with_data_dir(settings))
    return local_talk(settings, system=system, sampling=sampling)


@contextmanager
def _opened(talk: AbstractAsyncContextManager[Talk]) -> Iterator[Dialogue]:
    """Runs the talk's event loop while the block lasts. Raises `ModelUnreadable` if its model can't be loaded."""
    with ExitStack() as stack:
        loop = stack.enter_context(BackgroundLoop())
        with console(err=True).status("Loading the model ..."):
            ready = stack.enter_context(loop.entered(talk))
        yield Dialogue(loop, ready)
