"""A definition's text made to say what its request says: what for, what is offered, in which letter.

The rest of the text stays as its author wrote it, comments included.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from groeibrief.casework.content import Content
from groeibrief.errors import UsageError

_REST = r"[ \t]*:.*\n(?:[ \t]+\S.*\n|[ \t]*\n(?=(?:[ \t]*\n)*[ \t]+\S))*"
"""After a key at the start of a line: the rest of that line, and the lines under it that are indented."""


def fitted(text: str, content: Content) -> str:
    """*text* with the purpose, the offer and the template of *content*; others of its keys stay.

    Raises UsageError (E768) when what stands there for the letter cannot be read.
    """
    purpose = {
        "categorie": content.purpose,
        "aanbod": {"soort": content.offer, "tekst": " ".join(content.offer_text.split())},
    }
    text = text if text.endswith("\n") else f"{text}\n"
    text = _with(text, "doeleinde", purpose)
    return _with(text, "brief", {**_read(text, "brief"), "sjabloon": content.template})


def _block(key: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(key)}{_REST}", re.MULTILINE)


def _with(text: str, key: str, value: dict[str, Any]) -> str:
    if _read(text, key) == value:
        return text
    written = yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True, width=110)
    found = _block(key).search(text)
    if found is None:
        return text + written
    return text[: found.start()] + written + text[found.end() :]


def _read(text: str, key: str) -> dict[str, Any]:
    found = _block(key).search(text)
    if found is None:
        return {}
    try:
        read = yaml.safe_load(found[0])[key]
    except yaml.YAMLError:
        read = None
    if not isinstance(read, dict):
        raise UsageError("E768", f"Wat onder '{key}' staat, kan niet gelezen worden. Kijk de YAML na.")
    return dict(read)
