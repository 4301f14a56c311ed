"""The audience language: YAML with positions to a bound question, and that question back to Dutch."""

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
