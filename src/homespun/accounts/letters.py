"""What messages say, in the languages of the web app."""

from __future__ import annotations

from .destinations import Destination
from .senders import Message


def code_letter(to: Destination, code: str, *, minutes: int, locale: str) -> Message:
    """The one with a one-time code."""
    if _is_chinese(locale):
        text = (
            f"您的验证码是 {code},{minutes} 分钟内有效。\n\n如果不是您本人操作,请忽略此消息。请勿将验证码告诉任何人。"
        )
        return Message(to, f"验证码:{code}", text)
    text = (
        f"Your code is {code}. It is good for {minutes} minutes, once.\n\n"
        "If you didn't ask for it, you can ignore this message. Tell it to nobody."
    )
    return Message(to, f"Your code: {code}", text)


def invitation_letter(to: Destination, link: str, *, inviter: str, team: str, days: int, locale: str) -> Message:
    """The one with a link to join. The team's name is empty where there is none."""
    if _is_chinese(locale):
        where = f"团队“{team}”" if team else "Homespun"
        return Message(
            to, "您收到一份邀请", f"{inviter} 邀请您加入{where}。\n\n{link}\n\n此链接 {days} 天内有效,仅可使用一次。"
        )
    where = f"the team {team!r}" if team else "Homespun"
    text = f"{inviter} invites you to join {where}.\n\n{link}\n\nThe link is good for {days} days, once."
    return Message(to, "You are invited", text)


def _is_chinese(locale: str) -> bool:
    return locale.lower().startswith("zh")
