"""From selected units to letters: the waterfall, the suppression lists, the recipients."""

from groeibrief.selection.folder import (
    MANIFEST_FILE,
    RECIPIENTS_FILE,
    SelectionManifest,
    StoredSelection,
    read_selection,
    write_selection,
)
from groeibrief.selection.policy import SelectionPolicy, load_policy
from groeibrief.selection.selection import Selection, select
from groeibrief.selection.suppression import ListFile, SuppressionLists, load_suppression, no_lists
from groeibrief.selection.waterfall import FALLS, STEPS, Step
from groeibrief.selection.workspace import PreparedStore

__all__ = [
    "FALLS", "MANIFEST_FILE", "RECIPIENTS_FILE", "STEPS", "ListFile", "PreparedStore", "Selection",
    "SelectionManifest", "SelectionPolicy", "Step", "StoredSelection", "SuppressionLists", "load_policy",
    "load_suppression", "no_lists", "read_selection", "select", "write_selection",
]  # fmt: skip
