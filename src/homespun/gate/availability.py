"""Is it available to them here? Asked before every turn, and whenever somebody comes in.

Where nobody has made a rule, the answer costs nothing: what is remembered says so. See `rules` for which rule counts.
"""

from __future__ import annotations

from homespun.accounts import Accounts, Person, PersonKind, Role
from homespun.core.clock import Clock
from homespun.core.errors import NotFound
from homespun.core.incoming import Origin
from homespun.store import Store

from . import wording
from .regions import Regions
from .rule_book import Known, RuleBook
from .rules import Asker, Audience, Rule, Verdict, decisive
from .waiting_list import Waiting, WaitingList


class Availability:
    """Answers the question by rules, keeps the rules, and who waits to be let in."""

    def __init__(self, store: Store, accounts: Accounts, clock: Clock, regions: Regions) -> None:
        self._store = store
        self._accounts = accounts
        self._regions = regions
        self.tells_countries = regions.tells_countries
        """Whether rules for a country can ever count."""
        self._book = RuleBook(store, clock)
        self._list = WaitingList(store, clock)

    async def require(self, person: Person, origin: Origin) -> None:
        """Before a turn. Raises `NotAvailable`, and `OnWaitingList` to who is on the list from then on."""
        rule = await self._rule_from(person, origin)
        if rule is None or rule.verdict is Verdict.ALLOWED:
            return
        language = wording.language_of(person.locale, origin.languages)
        if rule.verdict is Verdict.REFUSED:
            raise wording.refusal(rule, language)
        position = await self._list.place(person.id, self._regions.country(origin))
        raise wording.waiting(rule, language, position)

    async def require_entry(self, person: Person, origin: Origin) -> None:
        """When somebody has signed in. Raises `NotAvailable`; who has to wait may come in and look around."""
        _refuse(await self._rule_from(person, origin), person.locale, origin)

    async def require_joining(self, origin: Origin, *, email: str = "", is_visitor: bool = False) -> None:
        """Before a person or visitor is made. Raises `NotAvailable`."""
        country = self._regions.country(origin)
        _refuse(await self.rule_for_newcomer(country, email=email, is_visitor=is_visitor), "", origin)

    async def rule_for(self, person: Person, country: str) -> Rule | None:
        """The rule that counts for somebody in a country; None: it is available to them."""
        known = await self._book.known()
        if known.are_none or person.role is Role.OWNER:
            return None
        personal = await self._book.personal(person.id) if known.are_personal else ()
        return decisive((*personal, *known.for_many), await self._asker(person, country, known))

    async def rule_for_newcomer(self, country: str, *, email: str = "", is_visitor: bool = False) -> Rule | None:
        """The same for somebody whom nobody knows yet."""
        known = await self._book.known()
        return decisive(known.for_many, Asker(country, is_visitor=is_visitor, domain=_domain(email)))

    async def rules(self) -> tuple[Rule, ...]:
        """All rules, the most specific first."""
        return await self._book.all()

    async def rules_for_many(self) -> tuple[Rule, ...]:
        """All but those for one person, the most specific first."""
        return await self._book.for_many()

    async def personal_rules(self, *, after: Rule | None = None, limit: int = 50) -> tuple[Rule, ...]:
        """Those for one person each, in a fixed order; the next page is that `after` the last one."""
        return await self._book.personal_after(after, limit)

    async def make(self, rule: Rule) -> Rule:
        """Makes a rule, in place of one for the same people and country; a person who is allowed waits no more.

        Other processes heed it within two seconds. Raises `Invalid`.
        """
        async with self._store.write() as session:
            made = await self._book.put(session, rule)
            if made.audience is Audience.PERSON and made.verdict is Verdict.ALLOWED:
                await self._list.leave(session, made.subject)
        self._book.forget()
        return made

    async def remove(self, rule: Rule) -> None:
        """Removes the rule for the same people and country. Raises `NotFound`, `Invalid`."""
        async with self._store.write() as session:
            await self._book.drop(session, rule)
        self._book.forget()

    async def waiting(self, limit: int = 50, *, after: int = 0) -> tuple[Waiting, ...]:
        """Those who have waited longest, from the one after this position."""
        return await self._list.first(limit, after=after)

    async def how_many_wait(self) -> int:
        """How long the list is."""
        return await self._list.length()

    async def admit(self, person_id: str) -> None:
        """Lets somebody in who waits, everywhere, by a rule of their own. Raises `NotFound` for who doesn't wait."""
        async with self._store.write() as session:
            await self._book.put(session, Rule(Verdict.ALLOWED, Audience.PERSON, person_id))
            if not await self._list.leave(session, person_id):
                raise NotFound("They are not on the waiting list. `homespun availability waiting` shows who is.")
        self._book.forget()

    async def _rule_from(self, person: Person, origin: Origin) -> Rule | None:
        """As `rule_for`; where nobody has made a rule, no country is looked up."""
        known = await self._book.known()
        return None if known.are_none else await self.rule_for(person, self._regions.country(origin))

    async def _asker(self, person: Person, country: str, known: Known) -> Asker:
        """What isn't in the person is looked up only where a rule asks for it."""
        return Asker(
            country,
            person.id,
            is_visitor=person.kind is PersonKind.VISITOR,
            domain=await self._domain_of(person.id) if known.mind(Audience.DOMAIN) else "",
            team_ids=await self._teams_of(person.id) if known.mind(Audience.TEAM) else frozenset(),
        )

    async def _domain_of(self, person_id: str) -> str:
        return _domain((await self._accounts.people.profile(person_id)).email or "")

    async def _teams_of(self, person_id: str) -> frozenset[str]:
        return frozenset(team.id for team, _ in await self._accounts.teams.of_person(person_id))


def _refuse(rule: Rule | None, locale: str, origin: Origin) -> None:
    if rule and rule.verdict is Verdict.REFUSED:
        raise wording.refusal(rule, wording.language_of(locale, origin.languages))


def _domain(email: str) -> str:
    return email.partition("@")[2].strip().lower()
