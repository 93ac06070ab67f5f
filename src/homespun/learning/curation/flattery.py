"""Whether an answer flatters who asked, in English or Chinese, by what flatterers say."""

from __future__ import annotations

import re
from functools import lru_cache

_ENGLISH = (
    r"(?:what|that(?:'s| is)|this is|such|truly)(?: such)? an? (?:\w+ ){0,2}?"
    r"(?:great|excellent|brilliant|fantastic|amazing|insightful|wonderful|thoughtful|fascinating|genius|clever|wise)"
    r"(?: \w+)? (?:question|point|idea|insight|observation|thought|mind|plan)",
    r"^(?:great|excellent|brilliant|fantastic|amazing|wonderful|good) (?:question|point|idea|thinking|insight)",
    r"you(?:'re| are) (?:so |absolutely |completely |totally |really |truly |clearly |very )+"
    r"(?:right|correct|smart|clever|brilliant|intelligent|wise|insightful|amazing|talented|perceptive)",
    r"you(?:'re| are) (?:an? )?(?:genius|brilliant|amazing|incredible|visionary)",
    r"(?:only|clearly) (?:a|someone) (?:\w+ ){0,3}(?:mind|as \w+ as you)",
    r"your (?:\w+ )?(?:brilliance|genius|intelligence|wisdom|insight is|taste is|mind is)",
    r"i(?:'m| am) (?:so |truly |deeply )*(?:impressed by|in awe of|amazed by) you",
)
_CHINESE = (
    r"(?:真是|这是|这真是)?(?:一?个)?(?:非常|特别|极其|十分)?(?:好|棒|精彩|绝妙|了不起|有深度|有见地)的(?:问题|想法|观点|见解|主意)",
    r"[您你](?:真是|真的|实在|简直)?(?:太|非常|真|好|是天才|是个天才)(?:聪明|厉害|棒|优秀|睿智|有才华|有眼光|了不起|有智慧)",
    r"[您你](?:真是|简直是|是)(?:一?[个位])?(?:天才|大师|专家中的专家)",
    r"[您你]说得(?:太|完全|非常|真)(?:对|好|正确|有道理)",
    r"[您你]的(?:智慧|才华|眼光|见解)(?:真|太|令人|让人|无与伦比)",
)
_FLATTERY = re.compile("|".join(f"(?:{each})" for each in (*_ENGLISH, *_CHINESE)), re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=20_000)
def flattery(text: str) -> int:
    """How often the text flatters."""
    return len(_FLATTERY.findall(text.replace("’", "'")))
