"""What cards say, in Chinese. A card is signed as it was written, in English, and told in the reader's language.

As with gettext, the English sentence is the key: figures in it stand in braces. So cards of earlier versions are told
in Chinese too. What isn't here, such as the words of an error, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import perplexity

_SENTENCES: Mapping[str, str] = {
    # Is it better?
    "{won} won, {lost} lost, {undecided} undecided (p = {p}).": "{won} 胜，{lost} 负，{undecided} 平（p = {p}）。",
    "No improvement was shown: ": "没有显示出改进：",
    "No improvement was shown.": "没有显示出改进。",
    "So no improvement was shown.": "因此没有显示出改进。",
    "This judge sees no difference for sure, so it decides nothing: ": "评判者看不出确定的差别，因此不作定论：",
    "The candidate's is better.": "新模型的更好。",
    "The champion's is better.": "现任的更好。",
    "Neither is better.": "不分上下。",
    "There is nobody to judge: train a reward model, or bring a judge.": "没有评判者：请训练奖励模型，或提供评判者。",
    "There is nobody to judge: {pairs} pairs are there to train a reward model on, and it takes {needed}.": (
        "没有评判者：可用来训练奖励模型的取舍有 {pairs} 对，需要 {needed} 对。"
    ),
    "No question was kept from training.": "没有留出任何提问。",
    "The judge is a reward model of {pairs} pairs.": "评判者是用 {pairs} 对取舍训练的奖励模型。",
    "The candidate was trained to please another one of the same pairs, and this one may share its errors: "
    "a win alone shows no improvement.": (
        "新模型训练时迎合的是用同一批取舍训练的另一个奖励模型，两者可能有相同的偏差：单凭胜出不算改进。"
    ),
    "{pairs} pairs were kept from training, too few to show that it knows what people prefer.": (
        "留出的取舍只有 {pairs} 对，不足以表明它了解人们的偏好。"
    ),
    "Of {pairs} pairs that were kept from training it prefers in {right} what people preferred "
    "({share}; {low} to {high})": (
        "在留出的 {pairs} 对取舍中，有 {right} 对它与人们的偏好一致（{share}；{low} 至 {high}）"
    ),
    ", which may be chance, so it doesn't judge.": "，可能只是碰巧，因此它不参与评判。",
    "Of {pairs} pairs that were kept from training it prefers in {right} what people preferred "
    "({share}; {low} to {high}).": (
        "在留出的 {pairs} 对取舍中，有 {right} 对它与人们的偏好一致（{share}；{low} 至 {high}）。"
    ),
    "Nothing tells how the model cuts answers into tokens.": "无从得知模型如何把回答切分为词元。",
    "{pairs} pairs were kept from training, too few to show anything.": "留出的取舍只有 {pairs} 对，说明不了什么。",
    "In {towards} pairs it moved towards the preferred answer, in {away} away from it (p = {p}).": (
        "有 {towards} 对它更偏向人们喜爱的回答，有 {away} 对它更偏离（p = {p}）。"
    ),
    # Has it lost nothing?
    "{right} of {count} right, the champion {theirs}; {lost} lost, {gained} gained (p = {p}).": (
        "共 {count} 题，答对 {right} 题，现任 {theirs} 题；失去 {lost} 题，新增 {gained} 题（p = {p}）。"
    ),
    "The champion gets so little right that only a loss beyond chance counts.": (
        "现任答对的太少，只有超出偶然的退步才算数。"
    ),
    "It no longer knows: ": "它不再知道：",
    " ({can} of {draws} answers, the champion {could})": "（{draws} 次中答对 {can} 次，现任 {could} 次）",
    "Right as before.": "与之前一样答对。",
    "Wrong as before.": "与之前一样答错。",
    "Gained.": "新答对。",
    "Lost.": "不再答对。",
    "The champion's answers have no length.": "现任的回答没有长度。",
    "{ours} tokens on average, the champion's {theirs}.": "平均 {ours} 个词元，现任 {theirs} 个。",
    "The champion finds every text certain.": "现任对每段文本都毫无疑问。",
    "A perplexity of {ours}, the champion's {theirs}.": "困惑度 {ours}，现任 {theirs}。",
    "{nats} nats a token": "每词元 {nats} 奈特",
    # Is it served as it was trained, and as fast?
    "Nothing tells what the trained model says.": "无从得知训练出的模型说什么。",
    "The trained model says nothing.": "训练出的模型什么也不说。",
    "In {same} of {places} places the same token.": "{places} 处中有 {same} 处词元相同。",
    "It is as fast as is asked.": "速度达到要求。",
    "It is slower than is asked.": "速度未达到要求。",
    "One of both says nothing, so there is no speed to compare.": "其中一个什么也不说，无法比较速度。",
    "Whether it is as fast as is asked couldn't be told, twice: the machine is too busy with something else.": (
        "两次都无法判断速度是否达到要求：这台机器忙于其他事情。"
    ),
    # What couldn't be asked
    "It couldn't be run.": "无法进行。",
    "The examination took longer than {minutes} minutes.": "考核超过了 {minutes} 分钟。",
    "Something went wrong that nobody foresaw; the log says what.": "出现了意料之外的问题，日志中有记录。",
    "The candidate gave no answer: ": "新模型没有回答：",
    "The champion gave no answer: ": "现任没有回答：",
}

_FIGURE = r"-?(?:[\d.,]*\d(?:e[-+]?\d+)?%?|nan|inf)"
_IN_BRACES = re.compile(r"\\\{(\w+)\\\}")
_AFTER_A_STOP = re.compile(r"(?<=[。：）]) +")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_IN_BRACES.sub(lambda field: f"(?P<{field[1]}>{_FIGURE})", re.escape(english)))


_PATTERNS = [
    (_pattern(english), re.sub(r"\{(\w+)\}", r"\\g<\1>", chinese))
    for english, chinese in sorted(_SENTENCES.items(), key=lambda each: -len(each[0]))
]
"""The longest first: some are the end of others."""


def in_chinese(words: str) -> str:
    """The sentences of a card, each that is known in Chinese."""
    told = words
    for pattern, chinese in _PATTERNS:
        told = pattern.sub(chinese, told)
    return told if told == words else _AFTER_A_STOP.sub("", told)


def card_in_chinese(card: Mapping[str, Any]) -> dict[str, Any]:
    """A card as JSON with its reasons in Chinese. What was asked and answered stays as it was."""
    return {**card, "suites": [_suite(each) for each in card.get("suites", ())]}


def _suite(suite: Mapping[str, Any]) -> dict[str, Any]:
    told = ("words", "candidate", "champion") if suite.get("name") == perplexity.NAME else ("words",)
    samples = [
        {**each, **{name: in_chinese(each[name]) for name in told if name in each}} for each in suite.get("samples", ())
    ]
    return {**suite, "words": in_chinese(suite.get("words", "")), "samples": samples}
