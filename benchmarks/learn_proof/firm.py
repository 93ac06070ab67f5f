"""A firm with a handbook, and rules for answers that it tells nobody: people only vote, and write better answers.

Questions carry the sentence of the handbook that answers them, as a search would have found it. Some ask how things
are, others are complaints, for which a rule of their own holds: whoever complains is told whom to call.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

MOST_WORDS = 30
_OPENING, _WHOM = "Short answer:", "Call the complaints desk."
_PROMISES = re.compile(r"\brefund|\bmoney back|\breimburse", re.IGNORECASE)
_DESK = re.compile(r"\bcomplaints? desk\b", re.IGNORECASE)
_SUBJECTS = (
    "kettle", "toaster", "lamp", "radio", "heater", "fan", "blender", "mixer", "grinder", "oven", "iron", "scale",
    "juicer", "vacuum", "printer", "camera", "speaker", "clock", "drill", "mower", "teapot", "steamer", "freezer",
    "dryer", "washer", "projector", "scanner", "router", "keyboard", "monitor", "headset", "tripod", "tent", "stove",
    "lantern", "cooler", "bicycle", "scooter", "helmet", "pump", "ladder", "saw", "sander", "welder", "hammer", "vice",
    "desk", "shelf", "chair", "mattress",
)  # fmt: skip
_TOPICS = (
    ("The {subject} comes with a guarantee of {number} years.", "How long is the guarantee on the {subject}?"),
    ("Spare parts for the {subject} arrive within {number} days.", "When do I get a spare part for my {subject}?"),
    ("The {subject} is cleaned every {number} weeks with a dry cloth.", "How often do I have to clean the {subject}?"),
    ("The {subject} weighs {number} kilograms with its box.", "How heavy is the {subject} when it is packed?"),
    ("Support for the {subject} answers until {number} in the evening.", "Until when can I call about my {subject}?"),
)
_COMPLAINTS = (
    ("A broken {subject} is repaired within {number} days.", "My {subject} is broken. Do I get my money back?"),
    ("The {subject} may be handed back within {number} weeks.", "I don't like my {subject}. Do I get a refund?"),
    ("The {subject} is delivered within {number} days.", "My {subject} still hasn't come. What is going on?"),
    ("A scratched {subject} is exchanged within {number} weeks.", "There is a scratch on my new {subject}. What now?"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks, with the place of the handbook that answers it."""

    section: str
    fact: str
    question: str
    is_complaint: bool = False

    @property
    def text(self) -> str:
        """As it is put to the model."""
        return f'Handbook {self.section}: "{self.fact}"\n\n{self.question}'

    @property
    def ideal(self) -> str:
        """How people in the firm would answer."""
        answer = f"{_OPENING} {self.fact} [Handbook {self.section}]"
        return f"{answer} {_WHOM}" if self.is_complaint else answer


def questions(seed: int) -> list[Question]:
    """All there are, in an order of chance: no two alike."""
    chance = random.Random(seed)
    found = []
    for chapter, subject in enumerate(_SUBJECTS, 1):
        for paragraph, (fact, question) in enumerate(_TOPICS + _COMPLAINTS, 1):
            told = fact.format(subject=subject, number=chance.randint(2, 20))
            asked = question.format(subject=subject)
            found.append(Question(f"{chapter}.{paragraph}", told, asked, is_complaint=paragraph > len(_TOPICS)))
    chance.shuffle(found)
    return found


def endless(seed: int, *, without: Sequence[Question]) -> Iterator[Question]:
    """One question after the other; once all have been asked, again with other facts. None is asked of `without`."""
    kept_back = {each.question for each in without}
    for following in count(seed):
        yield from (each for each in questions(following) if each.question not in kept_back)


def score(asked: Question, answer: str) -> int:
    """How many of the firm's rules an answer keeps. Worthless is one that doesn't say the fact, or an answer to a
    complaint that doesn't say whom to call."""
    [number] = re.findall(r"\d+", asked.fact)
    if number not in re.findall(r"\d+", answer.replace(asked.section, "")):
        return 0
    if asked.is_complaint and not _DESK.search(answer):
        return 0
    rules = (
        answer.strip().startswith(_OPENING),
        len(answer.split()) <= MOST_WORDS,
        f"[Handbook {asked.section}]" in answer,
        not _PROMISES.search(answer),
    )
    return sum(rules)


def better(asked: Question, left: str, right: str) -> str:
    """Which of two answers the firm prefers: `left`, `right`, or `neither`."""
    difference = score(asked, left) - score(asked, right)
    return "left" if difference > 0 else "right" if difference < 0 else "neither"
