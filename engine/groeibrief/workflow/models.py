"""What a municipality may read before it asks anything: the agreement and the protocol as models, with blanks.

Made of the same text as the real ones, so that a model never says something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from groeibrief.opgroeien.policy import Officer, load_track_policy
from groeibrief.opgroeien.protocol import Gate, Party, Periodicity, Protocol, Purpose, Term, YesNo
from groeibrief.workflow.agreements import model_agreement_pdf
from groeibrief.workflow.office import Office

MODELS: Mapping[str, str] = MappingProxyType({"overeenkomst": "model-overeenkomst", "protocol": "model-protocol"})
"""The models, and the file name of each."""
_BLANK = "…………………"


def model_pdf(office: Office, name: str) -> bytes:
    """A model of ``MODELS`` as a PDF. Raises what reading the policies raises."""
    return model_agreement_pdf(office) if name == "overeenkomst" else _protocol_pdf(office)


def _protocol_pdf(office: Office) -> bytes:
    from groeibrief.opgroeien.document import protocol_pdf

    policy, today = load_track_policy(office.project), office.today
    begins = date(today.year + 1, 1, 1)
    blank = Protocol(
        titel="Model. Vul aan waar puntjes staan; de dagen bij de duur zijn een voorbeeld.",
        poort=Gate(
            ander_comite_bevoegd=YesNo.NO, machtiging_bestuur=_BLANK, machtiging_opgroeien=_BLANK, bekendmaking=_BLANK
        ),
        bestuur=Party(naam=_BLANK, kbo=_BLANK, nis=(_BLANK,), dpo=Officer(naam=_BLANK, e_mail=_BLANK)),
        doeleinde=Purpose(categorie=_BLANK, voordeel=_BLANK, toekenning=policy.voordeel),
        rechtsgrond=_BLANK,
        leeftijd=policy.leeftijd,
        periodiciteit=Periodicity.ONCE,
        looptijd=Term(van=begins, tot_en_met=date(begins.year + 1, 1, 1) - timedelta(days=1)),
        insz_begunstigde=False,
        gedeeltelijk_antwoord=False,
    )
    fonts = office.project.letter_templates / "_gedeeld" / "fonts"
    return protocol_pdf(blank, policy, "(model)", _BLANK, (), today, fonts=fonts)
