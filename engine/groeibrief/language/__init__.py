"""The audience language: YAML with positions to a bound question, and that question back to Dutch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groeibrief.language.cases import Case, Cases, Expected, cases_path, load_cases
    from groeibrief.language.casetables import CaseTables, case_tables
    from groeibrief.language.definition import (
        AddressedTo,
        Binding,
        Client,
        Contact,
        Definition,
        Letter,
        LetterPer,
        Purpose,
        Series,
    )
    from groeibrief.language.description import describe, describe_condition
    from groeibrief.language.loading import load_definition
    from groeibrief.language.parameters import Parameter
    from groeibrief.language.schema import json_schema
    from groeibrief.language.standard import StandardAudience, check_definition, definitions, load_standard, published

__all__ = [
    "AddressedTo", "Binding", "Case", "CaseTables", "Cases", "Client", "Contact", "Definition", "Expected", "Letter",
    "LetterPer", "Parameter", "Purpose", "Series", "StandardAudience", "case_tables", "cases_path", "check_definition",
    "definitions", "describe", "describe_condition", "json_schema", "load_cases", "load_definition", "load_standard",
    "published",
]  # fmt: skip

_HOME = {
    name: module
    for module, names in {
        "cases": ("Case", "Cases", "Expected", "cases_path", "load_cases"),
        "casetables": ("CaseTables", "case_tables"),
        "definition": (
            "AddressedTo", "Binding", "Client", "Contact", "Definition", "Letter", "LetterPer", "Purpose", "Series",
        ),
        "description": ("describe", "describe_condition"),
        "loading": ("load_definition",),
        "parameters": ("Parameter",),
        "schema": ("json_schema",),
        "standard": ("StandardAudience", "check_definition", "definitions", "load_standard", "published"),
    }.items()
    for name in names
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import on first use: the command line's help needs what a binding is, and not how a definition is read."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
