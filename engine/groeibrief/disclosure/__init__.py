"""The only exit for a count to anyone outside the agency: noise, a budget, and a memory (DISCLOSURE.md).

Light to import: OpenDP comes with the first draw.
"""

from groeibrief.disclosure.answer import Answer, Estimate, OrderFigure, invoice_band
from groeibrief.disclosure.budget import Share, Turns
from groeibrief.disclosure.mechanism import DiscreteGaussian, Noise
from groeibrief.disclosure.policy import DisclosurePolicy, load_disclosure_policy
from groeibrief.disclosure.standard import Preparation, StandardAnswers
from groeibrief.disclosure.teller import NO_ROOM_FOR_ORDER, Teller

__all__ = [
    "NO_ROOM_FOR_ORDER",
    "Answer",
    "DisclosurePolicy",
    "DiscreteGaussian",
    "Estimate",
    "Noise",
    "OrderFigure",
    "Preparation",
    "Share",
    "StandardAnswers",
    "Teller",
    "Turns",
    "invoice_band",
    "load_disclosure_policy",
]  # fmt: skip
