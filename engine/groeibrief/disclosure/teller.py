"""The teller: the only way by which a count leaves the agency.

Memory → charge → commit → count → draw → store → show, in that order: a charge is durable before data are read, and an
answer before it is shown, so that a killed process can neither ask for free nor be given a second draw.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.catalog import Municipalities
from groeibrief.disclosure.answer import Answer, Estimate, OrderFigure, dutch_day, estimate, invoice_band
from groeibrief.disclosure.budget import (
    Account,
    NoRoom,
    Obstacle,
    Quantity,
    Share,
    Turns,
    order_price,
    prices,
)
from groeibrief.disclosure.mechanism import Noise
from groeibrief.disclosure.memory import Asked, Charges, Entry, Memory, Remembered
from groeibrief.disclosure.policy import DisclosurePolicy
from groeibrief.errors import RefusedError
from groeibrief.query import Question, identity

NO_ROOM_FOR_ORDER = "E513"
"""The code of the refusal that who runs an order may want to tell apart: no figure, until there is room again."""


class Teller:
    """Answers municipalities from a state directory. Safe over threads and processes.

    *clock* gives the moment, with its time zone. *municipalities* tells which codes are the same account: a code is
    charged to its last successor, so that a merged municipality has one budget, whatever the ``peildatum``.
    """

    def __init__(
        self,
        state_dir: Path,
        policy: DisclosurePolicy,
        noise: Noise,
        clock: Callable[[], datetime],
        *,
        municipalities: Municipalities,
    ) -> None:
        self._memory = Memory(state_dir)
        self._policy = policy
        self._noise = noise
        self._clock = clock
        self._municipalities = municipalities

    def turns(self, municipality: str) -> Turns:
        """The telbeurten of a municipality now."""
        return self._account(self._municipalities.final(municipality), Share.OWN).turns

    def left(self, municipality: str) -> dict[Share, Fraction]:
        """What is left of each share of a municipality now (rho)."""
        account = self._municipalities.final(municipality)
        return {share: self._account(account, share).left for share in Share}

    def ask(
        self,
        question: Question,
        *,
        municipality: str | Collection[str],
        snapshot_id: str,
        snapshot_hash: str,
        sources_sensitive: Collection[str],
        children: bool,
        count: Callable[[], tuple[int, int]],
    ) -> Answer:
        """Answer a question for a role whose own codes are *municipality*.

        *sources_sensitive*: the keys of the catalogue's sensitive sources. *count* returns the exact number of
        families, and of children with each gezin counted for at most the policy's cap; it is called after the charge,
        and only when something has to be drawn. Whatever it can raise must follow from the text and the manifest
        alone, and is better checked before.

        Raises RefusedError: E510 another's municipality (uncharged), E511 no telbeurten left, E512 no more questions
        on sensitive sources, E514 memory unreadable; TryAgainError E519.
        """
        accounts = self._accounts(question, municipality)
        asked = Asked(identity(question), question.municipalities, question.reference_date, snapshot_id, snapshot_hash)
        wanted = {
            asked.key(price.quantity): price
            for price in prices(question, self._policy, sources_sensitive, children=children)
        }

        def counted() -> dict[str, int]:
            exact = dict(zip((Quantity.FAMILIES, Quantity.CHILDREN), count(), strict=True))
            return {key: exact[price.quantity] for key, price in wanted.items()}

        with self._memory.claim(wanted):
            known = self._memory.recall(wanted)
            new = tuple(price for key, price in wanted.items() if key not in known)
            if new:
                self._charge([Entry(asked.key(price.quantity), asked, price, accounts) for price in new], accounts)
            known = self._drawn(wanted, counted)
        shown = {price.quantity: self._shown(known[key]) for key, price in wanted.items()}
        return Answer(
            families=shown[Quantity.FAMILIES],
            children=shown.get(Quantity.CHILDREN),
            turns=min((self.turns(account) for account in accounts), key=lambda turns: turns.left),
            child_cap=self._policy.kinderen.hoogstens_per_gezin,
            asked_before=not new,
            prepared=all(part.share is Share.STANDARD for part in known.values()),
            cost=sum((price.cost for price in new), Fraction()),
            left=self._least(accounts),
            voorwaarden=asked.voorwaarden,
            snapshot=snapshot_id,
        )

    def order(
        self,
        order_id: str,
        question: Question,
        *,
        municipality: str | Collection[str],
        snapshot_id: str,
        snapshot_hash: str,
        sources_sensitive: Collection[str],
        families: Callable[[], int],
    ) -> OrderFigure:
        """Draw, once for ever, how many gezinnen an order reaches, for a role whose own codes are *municipality*.

        *order_id*: the order's number, one for each round of a series. *families* returns the exact number of gezinnen
        that get at least one letter; it is called after the charge, and only when the figure has to be drawn. Not the
        number of letters: of those a gezin can have two, which would cost four times as much.

        Charged to the share for orders, and where that has no room to the own questions. Raises RefusedError: E510
        another's municipality (uncharged), E513 no room, E534 the order id belongs to another question, E514 memory
        unreadable; TryAgainError E519.
        """
        accounts = self._accounts(question, municipality)
        asked = Asked(identity(question), question.municipalities, question.reference_date, snapshot_id, snapshot_hash)
        key = sha256_bytes(canonical_json(["bestelling", order_id]))
        price = order_price(question, self._policy, sources_sensitive)
        with self._memory.claim([key]):
            before = self._memory.recall([key]).get(key)
            if before is not None and before.voorwaarden != asked.voorwaarden:
                raise RefusedError(
                    "E534",
                    "Deze bestelling is al geteld, met een andere doelgroep. Geef een gewijzigde bestelling een nieuw "
                    "nummer.",
                )
            if before is None:
                self._charge_order(Entry(key, asked, price, accounts))
            known = self._drawn([key], lambda: {key: families()})[key]
        assert known.noisy is not None, "an answer is stored before it is shown"
        return OrderFigure(
            self._shown(known),
            invoice_band(known.noisy, self._policy.bestellingen.schijf),
            before is not None,
            known.share is Share.OWN,
        )

    def _account(self, account: str, share: Share) -> Account:
        return Account(self._policy, self._memory.charges(account, share), self._clock().date(), share)

    def _least(self, accounts: Collection[str]) -> Mapping[Share, Fraction]:
        lefts = [self.left(account) for account in accounts]
        return {share: min(left[share] for left in lefts) for share in Share}

    def _accounts(self, question: Question, municipality: str | Collection[str]) -> tuple[str, ...]:
        own = {municipality} if isinstance(municipality, str) else set(municipality)
        own_accounts = {self._municipalities.final(code) for code in own}
        accounts = {self._municipalities.final(code) for code in question.municipalities}
        foreign = sorted(
            code for code in question.municipalities if self._municipalities.final(code) not in own_accounts
        )
        if foreign:
            raise RefusedError(
                "E510",
                f"Deze vraag gaat over een andere gemeente ({', '.join(foreign)}). U kunt alleen tellen voor uw eigen "
                "gemeente. Er is geen telbeurt gebruikt.",
            )
        return tuple(sorted(accounts))

    def _charge(self, entries: list[Entry], accounts: tuple[str, ...]) -> None:
        now = self._clock()
        new = tuple(entry.price for entry in entries)

        def admit(charges: Charges) -> dict[str, Share]:
            rooms = (Account(self._policy, charges(account, Share.OWN), now.date()).room(new) for account in accounts)
            if refusals := [room for room in rooms if room is not None]:
                raise self._refusal(refusals, joint=len(accounts) > 1)
            return dict.fromkeys(accounts, Share.OWN)

        self._memory.charge(entries, now, admit)

    def _charge_order(self, entry: Entry) -> None:
        now = self._clock()

        def admit(charges: Charges) -> dict[str, Share]:
            shares: dict[str, Share] = {}
            refusals = []
            for account in entry.accounts:
                rooms = {
                    share: Account(self._policy, charges(account, share), now.date(), share).room((entry.price,))
                    for share in (Share.ORDERS, Share.OWN)
                }
                free = next((share for share, room in rooms.items() if room is None), None)
                if free is not None:
                    shares[account] = free
                else:
                    refusals.append(_soonest([room for room in rooms.values() if room is not None]))
            if refusals:
                whose = "De gemeenten samen hebben" if len(entry.accounts) > 1 else "U hebt"
                when = self._when(refusals, "deze bestelling")
                raise RefusedError(
                    NO_ROOM_FOR_ORDER,
                    f"{whose} geen ruimte meer voor een aantal bij een bestelling. {when} {self._analyst()}",
                )
            return shares

        self._memory.charge([entry], now, admit)

    def _refusal(self, refusals: list[NoRoom], *, joint: bool) -> RefusedError:
        budget = any(refusal.obstacle is Obstacle.BUDGET for refusal in refusals)
        whose = "De gemeenten samen hebben" if joint else "U hebt"
        if budget:
            code, text = "E511", f"{whose} niet genoeg telbeurten over voor deze vraag."
        else:
            limit = f"{self._policy.hoogstens_gevoelig} in {self._policy.venster_maanden} maanden"
            code, text = "E512", f"{whose} het hoogste aantal antwoorden over gevoelige bronnen bereikt ({limit})."
        return RefusedError(code, f"{text} {self._when(refusals, 'deze vraag')} {self._analyst()}")

    def _when(self, refusals: list[NoRoom], what: str) -> str:
        days: list[date] = [refusal.since for refusal in refusals if refusal.since is not None]
        if len(days) < len(refusals):
            return f"{what[0].upper()}{what[1:]} past ook later niet."
        return f"Vanaf {dutch_day(max(days))} is er weer ruimte voor {what}."

    def _analyst(self) -> str:
        return (
            "Wilt u niet wachten, leg uw vraag dan voor aan een analist van het agentschap: die antwoordt binnen "
            f"{self._policy.analist.werkdagen} werkdagen."
        )

    def _drawn(self, keys: Collection[str], count: Callable[[], Mapping[str, int]]) -> dict[str, Remembered]:
        """These answers, charged before; those that were not drawn yet are now, as they were charged, and stored."""
        known = self._memory.recall(keys)
        undrawn = {key: part for key, part in known.items() if part.noisy is None}
        if not undrawn:
            return known
        exact = count()
        drawn = {
            key: self._noise.draw(exact[key], sigma=part.sigma, sensitivity=part.sensitivity, cost=part.cost)
            for key, part in undrawn.items()
        }
        self._memory.store(drawn, self._clock())
        return self._memory.recall(keys)

    def _shown(self, part: Remembered) -> Estimate:
        assert part.noisy is not None, "an answer is stored before it is shown"
        return estimate(part.noisy, part.sigma, self._policy)


def _soonest(rooms: list[NoRoom]) -> NoRoom:
    """Of the shares that could pay, the one that has room first."""
    return min(rooms, key=lambda room: room.since or date.max)
