"""Standard audiences: once in a window, on one snapshot, an answer is drawn for every municipality (DISCLOSURE 6).

The same order of things as the teller's: everything is charged in one durable transaction, on text alone; then,
audience by audience, counted, drawn and stored. A killed preparation is taken up where it stopped; an answer that is
there is never drawn again, whoever drew it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from groeibrief.catalog import Municipalities
from groeibrief.disclosure.answer import Estimate, dutch_day, estimate
from groeibrief.disclosure.budget import Account, Quantity, Share, released_on, standard_price
from groeibrief.disclosure.mechanism import Noise
from groeibrief.disclosure.memory import Asked, Charges, Entry, Memory, Round
from groeibrief.disclosure.policy import DisclosurePolicy
from groeibrief.errors import RefusedError
from groeibrief.query import Question, identity

Progress = Callable[[int, int], None]
Count = Callable[[Sequence[Question]], Sequence[int]]
"""The exact number of families for each of some questions that differ in their municipality only."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a preparation did. ``charged``: how many answers were charged now, ``drawn``: how many were drawn now.

    ``answers``: how many there are in all. ``until``: the day from which another snapshot may be prepared; None when
    nothing was ever charged for it, because every answer was an own question's.
    """

    answers: int
    charged: int
    drawn: int
    until: date | None


class StandardAnswers:
    """Prepares and recalls the answers on standard audiences, in the state directory of a :class:`Teller`.

    Parameters as the teller's. Safe over threads and processes.
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

    def prepare(
        self,
        questions: Sequence[Question],
        *,
        snapshot_id: str,
        snapshot_hash: str,
        sources_sensitive: Collection[str],
        count: Count,
        progress: Progress | None = None,
    ) -> Preparation:
        """Charge and draw an answer for each question, one municipality each, unless it is there.

        *count* is called after everything was charged, once for the questions that differ in municipality only; as for
        the teller, it may raise nothing that depends on the data.

        Raises RefusedError: E515 another snapshot or ``peildatum`` was prepared less than a window ago, E516 the
        policy names another snapshot, E517 the share has no room, E533 municipalities that have merged since, E514
        memory unreadable; TryAgainError E519.
        """
        self._refuse_merged(questions)
        if self._policy.standaard.snapshot not in (None, snapshot_id):
            raise RefusedError(
                "E516",
                f"Het beleid zegt dat de standaarddoelgroepen op snapshot {self._policy.standaard.snapshot} geteld "
                f"worden, niet op {snapshot_id}. Geef die snapshot, of laat het beleid nakijken en wijzigen.",
            )
        entries: dict[str, tuple[Entry, Question]] = {}
        for question in questions:
            codes = question.municipalities
            asked = Asked(identity(question), codes, question.reference_date, snapshot_id, snapshot_hash)
            price = standard_price(question, self._policy, sources_sensitive)
            account = self._municipalities.final(codes[0])
            key = asked.key(Quantity.FAMILIES)
            entries[key] = (Entry(key, asked, price, (account,)), question)
        with self._memory.preparing():
            self._refuse_other(snapshot_hash, {question.reference_date for question in questions})
            charged = self._charge([entry for entry, _ in entries.values()])
            drawn = self._draw({key: question for key, (_, question) in entries.items()}, count, progress)
        return Preparation(len(entries), charged, drawn, self._until(snapshot_hash))

    def round(self) -> Round | None:
        """The latest preparation, or None."""
        rounds = self._memory.rounds()
        return rounds[-1] if rounds else None

    def released(self, prepared: Round) -> date:
        """The day from which another snapshot may be prepared."""
        return released_on(prepared.day, self._policy)

    def recall(self, questions: Iterable[Question], prepared: Round) -> list[Estimate | None]:
        """The answers as a municipality sees them; None where there is none on that preparation's snapshot."""
        keys = [
            Asked(
                identity(question),
                question.municipalities,
                question.reference_date,
                prepared.snapshot_id,
                prepared.snapshot_hash,
            ).key(Quantity.FAMILIES)
            for question in questions
        ]
        shown = {
            key: estimate(part.noisy, part.sigma, self._policy)
            for key, part in self._memory.recall(keys).items()
            if part.noisy is not None
        }
        return [shown.get(key) for key in keys]

    def _until(self, snapshot_hash: str) -> date | None:
        return next(
            (self.released(made) for made in reversed(self._memory.rounds()) if made.snapshot_hash == snapshot_hash),
            None,
        )

    def _refuse_merged(self, questions: Sequence[Question]) -> None:
        codes = {code for question in questions for code in question.municipalities}
        heirs = Counter(self._municipalities.final(code) for code in codes)
        merged = sorted(code for code in codes if heirs[self._municipalities.final(code)] > 1)
        if merged:
            raise RefusedError(
                "E533",
                f"Op deze peildatum bestaan gemeenten die intussen samengingen ({', '.join(merged)}): hun budget is "
                "nu één budget. Kies een peildatum na de fusie.",
            )

    def _refuse_other(self, snapshot_hash: str, days: set[date]) -> None:
        today = self._clock().date()
        for made in self._memory.rounds():
            same = made.snapshot_hash == snapshot_hash and {made.peildatum} == days
            until = self.released(made)
            if not same and today < until:
                raise RefusedError(
                    "E515",
                    f"De standaarddoelgroepen zijn al getrokken op snapshot {made.snapshot_id}, met peildatum "
                    f"{dutch_day(made.peildatum)}. Op een andere snapshot of peildatum kan dat pas vanaf "
                    f"{dutch_day(until)}.",
                )

    def _charge(self, entries: list[Entry]) -> int:
        """Charge what was never charged, everything at once or nothing; returns how many that were."""
        now = self._clock()
        with self._memory.claim(entry.key for entry in entries):
            known = self._memory.recall(entry.key for entry in entries)
            new = [entry for entry in entries if entry.key not in known]
            asked: dict[str, list[Entry]] = {}
            for entry in new:
                asked.setdefault(entry.accounts[0], []).append(entry)

            def admit(charges: Charges) -> dict[str, Share]:
                for account, wanted in asked.items():
                    spent = charges(account, Share.STANDARD)
                    room = Account(self._policy, spent, now.date(), Share.STANDARD).room(
                        tuple(entry.price for entry in wanted)
                    )
                    if room is not None:
                        when = f"Dat kan vanaf {dutch_day(room.since)}" if room.since else "Dat kan ook later niet"
                        raise RefusedError(
                            "E517",
                            "Er zijn standaarddoelgroepen bijgekomen of gewijzigd, en voor nog een antwoord is er geen "
                            f"ruimte. {when}. Tot dan stelt een gemeente ze als eigen vraag.",
                        )
                return dict.fromkeys(asked, Share.STANDARD)

            if new:
                self._memory.charge(new, now, admit)
        return len(new)

    def _draw(self, questions: dict[str, Question], count: Count, progress: Progress | None) -> int:
        """Count, draw and store, for each set of questions that differ in municipality only; returns how many."""
        alike: dict[Question, list[str]] = {}
        for key, question in questions.items():
            alike.setdefault(replace(question, municipalities=("-",)), []).append(key)
        done = drawn = 0
        for keys in alike.values():
            with self._memory.claim(keys):
                known = self._memory.recall(keys)
                undrawn = {key: part for key, part in known.items() if part.noisy is None}
                if undrawn:
                    exact = count([questions[key] for key in undrawn])
                    self._memory.store(
                        {
                            key: self._noise.draw(
                                number, sigma=part.sigma, sensitivity=part.sensitivity, cost=part.cost
                            )
                            for (key, part), number in zip(undrawn.items(), exact, strict=True)
                        },
                        self._clock(),
                    )
            drawn += len(undrawn)
            done += len(keys)
            if progress is not None:
                progress(done, len(questions))
        return drawn
