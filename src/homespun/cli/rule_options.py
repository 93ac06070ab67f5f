"""The options that say for whom, and where, a rule of availability is: the same for every command about one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from homespun.core.errors import Invalid

if TYPE_CHECKING:
    from homespun.gate import Audience

Country = Annotated[
    str, typer.Option(metavar="CODE", help="Two letters, as DE; ZZ: where it isn't known. Else all countries.")
]
Visitors = Annotated[bool, typer.Option("--visitors", help="For visitors; without any such option for everybody.")]
Domain = Annotated[str | None, typer.Option(metavar="DOMAIN", help="For people with such an e-mail address.")]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="WHO", help="For one person, by id, e-mail address or phone number.")
]
Team = Annotated[str | None, typer.Option(metavar="TEAM", help="For a team's members, by its id or name.")]


class ForWhom(NamedTuple):
    """What names a rule, as it was typed."""

    audience: Audience
    subject: str
    country: str


def about_a_rule(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options, in place of its first parameter, which gets what they mean.

    Typer makes options of a function's signature, so the two signatures are put together.
    """

    def with_options(
        *,
        country: Country = "*",
        visitors: Visitors = False,
        domain: Domain = None,
        person: PersonOption = None,
        team: Team = None,
        **others: Any,
    ) -> None:
        command(_for_whom(country, domain, person, team, are_visitors=visitors), **others)

    *options, _ = inspect.signature(with_options, eval_str=True).parameters.values()
    _, *others = inspect.signature(command, eval_str=True).parameters.values()
    keywords = [other.replace(kind=inspect.Parameter.KEYWORD_ONLY) for other in others]
    with_options.__signature__ = inspect.Signature([*options, *keywords])  # type: ignore[attr-defined]
    with_options.__doc__ = command.__doc__
    return with_options


def _for_whom(country: str, domain: str | None, person: str | None, team: str | None, *, are_visitors: bool) -> ForWhom:
    """Raises `Invalid` for more than one kind of people."""
    from homespun.gate import Audience

    named = {Audience.DOMAIN: domain, Audience.PERSON: person, Audience.TEAM: team}
    given = [(audience, text) for audience, text in named.items() if text is not None]
    given += [(Audience.VISITORS, "")] if are_visitors else []
    if len(given) > 1:
        raise Invalid("Give one of --visitors, --domain, --person and --team: each rule is for one kind of people.")
    return ForWhom(*(given[0] if given else (Audience.EVERYBODY, "")), country)
