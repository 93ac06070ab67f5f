"""Prompts as the journal keeps them: a question with its instructions, or a whole prompt as JSON."""

from __future__ import annotations

import json

from homespun.core.errors import Invalid
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt, TokenPrompt
from homespun.store import storable_text


def question_in_place(prompt: Prompt) -> tuple[str, str]:
    """Instructions and question of a turn in a conversation. Raises `Invalid` for a prompt that is more than that."""
    match prompt:
        case ChatPrompt(messages=(Message(role=Role.USER, content=question),)):
            system = ""
        case ChatPrompt(
            messages=(Message(role=Role.SYSTEM, content=system), Message(role=Role.USER, content=question))
        ):
            pass
        case _:
            raise Invalid("A turn of a conversation is one question, with instructions before it at most.")
    return storable_text(system, "system"), storable_text(question, "question")


def write(prompt: Prompt) -> str:
    """The prompt as JSON. Raises `Invalid` for text that can't be stored."""
    match prompt:
        case ChatPrompt(messages=messages):
            document: dict[str, object] = {"messages": [[message.role, message.content] for message in messages]}
        case TextPrompt(text=text):
            document = {"text": text}
        case TokenPrompt(token_ids=token_ids):
            document = {"token_ids": token_ids}
    return storable_text(json.dumps(document, ensure_ascii=False), "messages" if "messages" in document else "prompt")


def read(written: str) -> Prompt:
    """The prompt that `write` wrote."""
    match json.loads(written):
        case {"messages": messages}:
            return ChatPrompt(tuple(Message(Role(role), content) for role, content in messages))
        case {"text": text}:
            return TextPrompt(text)
        case {"token_ids": token_ids}:
            return TokenPrompt(tuple(token_ids))
        case _:
            raise AssertionError("the journal holds a prompt that it didn't write")


def last_question(prompt: Prompt) -> str:
    """What the user said last; empty for a prompt of token ids."""
    match prompt:
        case ChatPrompt(messages=messages):
            return next((said.content for said in reversed(messages) if said.role is Role.USER), "")
        case TextPrompt(text=text):
            return text
        case TokenPrompt():
            return ""


def instructions(prompt: Prompt) -> str:
    """All instructions of a conversation together; empty where there are none."""
    match prompt:
        case ChatPrompt(messages=messages):
            return "\n\n".join(said.content for said in messages if said.role is Role.SYSTEM)
        case TextPrompt() | TokenPrompt():
            return ""
