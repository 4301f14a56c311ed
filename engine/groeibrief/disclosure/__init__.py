"""The only exit for a count to anyone outside the agency: noise, a budget, and a memory (DISCLOSURE.md).

Light to import: OpenDP comes with the first draw.
"""

from groeibrief.disclosure.answer import Answer, Estimate
from groeibrief.disclosure.budget import Turns
from groeibrief.disclosure.mechanism import DiscreteGaussian, Noise
from groeibrief.disclosure.policy import DisclosurePolicy, load_disclosure_policy
from groeibrief.disclosure.teller import Teller

__all__ = [
    "Answer",
    "DisclosurePolicy",
    "DiscreteGaussian",
    "Estimate",
    "Noise",
    "Teller",
    "Turns",
    "load_disclosure_policy",
]  # fmt: skip
