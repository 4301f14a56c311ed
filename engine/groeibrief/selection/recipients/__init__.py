"""The only part of ``selection`` that reads names and addresses: which pairs can be written to, and the letters."""

from groeibrief.selection.recipients.barriers import Barriers, raise_barriers
from groeibrief.selection.recipients.children import first_names
from groeibrief.selection.recipients.households import share_letters
from groeibrief.selection.recipients.table import RECIPIENTS, make_recipients

__all__ = ["RECIPIENTS", "Barriers", "first_names", "make_recipients", "raise_barriers", "share_letters"]
