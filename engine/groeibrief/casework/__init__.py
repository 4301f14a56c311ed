"""What happens around a mailing: the ledger of acts, and the pseudonyms that a dossier has outside a snapshot."""

from groeibrief.casework.ledger import Entry, Ledger, Verdict
from groeibrief.casework.pseudonyms import Pseudonyms

__all__ = ["Entry", "Ledger", "Pseudonyms", "Verdict"]
