"""The teller: the only way by which a count leaves the agency.

Memory → charge → commit → count → draw → store → show, in that order: a charge is durable before data are read, and an
answer before it is shown, so that a killed process can neither ask for free nor be given a second draw.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path

from groeibrief.catalog import Municipalities
from groeibrief.disclosure.answer import Answer, dutch_day, estimate
from groeibrief.disclosure.budget import Account, Charge, NoRoom, Obstacle, Price, Quantity, Turns, prices
from groeibrief.disclosure.mechanism import Noise
from groeibrief.disclosure.memory import Asked, Memory, Remembered
from groeibrief.disclosure.policy import DisclosurePolicy
from groeibrief.errors import RefusedError
from groeibrief.query import Question, identity


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
        account = self._municipalities.final(municipality)
        return Account(self._policy, self._memory.charges(account), self._clock().date()).turns

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
        wanted = prices(question, self._policy, sources_sensitive, children=children)
        with self._memory.claim(asked):
            known = self._memory.recall(asked, wanted)
            new = tuple(price for price in wanted if price.quantity not in known)
            if new:
                self._charge(asked, new, accounts)
                known = self._memory.recall(asked, wanted)
            undrawn = {quantity: part for quantity, part in known.items() if part.noisy is None}
            if undrawn:
                self._draw(asked, undrawn, count)
                known = self._memory.recall(asked, wanted)
        shown = {}
        for quantity, remembered in known.items():
            assert remembered.noisy is not None, "an answer is stored before it is shown"
            shown[quantity] = estimate(remembered.noisy, remembered.sigma, self._policy)
        return Answer(
            families=shown[Quantity.FAMILIES],
            children=shown.get(Quantity.CHILDREN),
            turns=min((self.turns(account) for account in accounts), key=lambda turns: turns.left),
            child_cap=self._policy.kinderen.hoogstens_per_gezin,
            asked_before=not new,
            voorwaarden=asked.voorwaarden,
            snapshot=snapshot_id,
        )

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

    def _charge(self, asked: Asked, new: tuple[Price, ...], accounts: tuple[str, ...]) -> None:
        now = self._clock()
        refusals: list[NoRoom] = []

        def admit(account: str, charges: list[Charge]) -> None:
            no_room = Account(self._policy, charges, now.date()).room(new)
            if no_room is not None:
                refusals.append(no_room)
            if account == accounts[-1] and refusals:
                raise self._refusal(refusals, joint=len(accounts) > 1)

        self._memory.charge(asked, new, accounts, now, admit)

    def _refusal(self, refusals: list[NoRoom], *, joint: bool) -> RefusedError:
        budget = any(refusal.obstacle is Obstacle.BUDGET for refusal in refusals)
        whose = "De gemeenten samen hebben" if joint else "U hebt"
        if budget:
            code, text = "E511", f"{whose} niet genoeg telbeurten over voor deze vraag."
        else:
            limit = f"{self._policy.hoogstens_gevoelig} in {self._policy.venster_maanden} maanden"
            code, text = "E512", f"{whose} het hoogste aantal antwoorden over gevoelige bronnen bereikt ({limit})."
        return RefusedError(code, f"{text} {self._when(refusals)} {self._analyst()}")

    def _when(self, refusals: list[NoRoom]) -> str:
        days: list[date] = [refusal.since for refusal in refusals if refusal.since is not None]
        if len(days) < len(refusals):
            return "Deze vraag past ook later niet."
        return f"Vanaf {dutch_day(max(days))} is er weer ruimte voor deze vraag."

    def _analyst(self) -> str:
        return (
            "Wilt u niet wachten, leg uw vraag dan voor aan een analist van het agentschap: die antwoordt binnen "
            f"{self._policy.analist.werkdagen} werkdagen."
        )

    def _draw(self, asked: Asked, undrawn: dict[Quantity, Remembered], count: Callable[[], tuple[int, int]]) -> None:
        families, children = count()
        exact = {Quantity.FAMILIES: families, Quantity.CHILDREN: children}
        drawn = {
            quantity: self._noise.draw(exact[quantity], sigma=part.sigma, sensitivity=part.sensitivity, cost=part.cost)
            for quantity, part in undrawn.items()
        }
        self._memory.store(asked, drawn, self._clock())
