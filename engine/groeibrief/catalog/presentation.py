"""The catalogue as the command line shows it: JSON (CLI.md) and plain Dutch text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from groeibrief.catalog.catalogue import Catalogue
from groeibrief.catalog.model import DatedAmount, PeriodKind, Source, SourceField

_WIDTH = 100
_PERIODS = {
    PeriodKind.MONTH_RIGHT: "een recht dat per maand loopt",
    PeriodKind.MONTH: "een rij per maand",
    PeriodKind.GRANT: "een toekenning op een dag, op een leeftijd",
    PeriodKind.SCHOOL_YEAR: "een rij per schooljaar",
    PeriodKind.DAY: "een rij op een dag",
}


def as_json(catalogue: Catalogue) -> dict[str, Any]:
    """What ``catalog list --json`` prints (CLI.md)."""
    return {
        "versie": catalogue.version,
        "bronnen": [
            {
                "bron": source.bron,
                "naam": source.naam,
                "soort_periode": source.soort_periode.value,
                "gevoelig": source.gevoelig,
                "universeel": source.universeel,
                "velden": [
                    {
                        "veld": field.veld,
                        "soort": field.soort.value,
                        "waarden": list(field.waarden) if field.waarden is not None else None,
                    }
                    for field in source.velden
                ],
            }
            for source in catalogue.sources.values()
        ],
    }


def source_json(source: Source) -> dict[str, Any]:
    """Everything about one source, as JSON data; amounts and days are text."""
    ground = source.verwerkingsgrond
    return {
        "bron": source.bron,
        "naam": source.naam,
        "omschrijving": source.omschrijving,
        "status": source.status,
        "versie": source.versie,
        "soort_periode": source.soort_periode.value,
        "gevoelig": source.gevoelig,
        "dpo": source.dpo,
        "universeel": source.universeel,
        "geblokkeerd": source.blocked,
        "toegekend_aan": source.toegekend_aan,
        "eigenaar": source.eigenaar,
        "sinds": source.sinds.isoformat(),
        "rechtsgrond": [{"tekst": ground.tekst, "artikel": ground.artikel} for ground in source.rechtsgrond],
        "verwerkingsgrond": ground and {"artikelen": list(ground.artikelen), "toelichting": ground.toelichting},
        "velden": [_field_json(field) for field in source.velden],
        "telt_als": source.telt_als and {"velden": list(source.telt_als.velden), "minstens": source.telt_als.minstens},
        "nooit": {field: list(values) for field, values in source.nooit.items()},
        "bedragen": [_amount_json(amount) for amount in source.bedragen],
        "kolommen": [
            {"kolom": name, "type": kind, "kan_ontbreken": nullable} for name, kind, nullable in source.columns
        ],
        "sleutel": list(source.key),
    }


def _field_json(field: SourceField) -> dict[str, Any]:
    return {
        "veld": field.veld,
        "naam": field.naam,
        "omschrijving": field.omschrijving,
        "soort": field.soort.value,
        "eenheid": field.eenheid,
        "waarden": dict(field.waarden) if field.waarden is not None else None,
        "kan_ontbreken": field.kan_ontbreken,
    }


def _amount_json(amount: DatedAmount) -> dict[str, Any]:
    return {
        "wat": amount.wat,
        "geldig_vanaf": amount.geldig_vanaf.isoformat(),
        "bedrag": f"{amount.bedrag:.2f}",
        "eenheid": amount.eenheid,
        "referentie": amount.referentie,
    }


def list_text(catalogue: Catalogue) -> str:
    """What ``catalog list`` prints: a table, one line a source."""
    sources = catalogue.sources.values()
    rows: list[tuple[str, ...]] = [("bron", "naam", "soort periode", "gevoelig", "universeel", "velden")]
    rows += [
        (
            source.bron,
            source.naam + (" (geblokkeerd)" if source.blocked else ""),
            source.soort_periode.value,
            _yes_no(source.gevoelig),
            _yes_no(source.universeel),
            ", ".join(field.veld for field in source.velden),
        )
        for source in sources
    ]
    lines = [f"Catalogus {catalogue.version}: {len(sources)} bronnen", "", *_table(rows)]
    if any(source.status == "reconstructie" for source in sources):
        count = sum(source.status == "reconstructie" for source in sources)
        lines += ["", f"{count} van {len(sources)} bronnen zijn een reconstructie uit publieke informatie."]
    return "\n".join(lines)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _yes_no(value: bool) -> str:
    return "ja" if value else "nee"


def source_text(source: Source) -> str:
    """What ``catalog show BRON`` prints: everything in the source's file, readable."""
    lines = [f"{source.naam} ({source.bron})", *_wrapped(source.omschrijving, "  "), ""]
    lines += _facts(source)
    lines += ["", "Rechtsgrond"]
    for reference in source.rechtsgrond:
        lines += _wrapped(f"{reference.tekst}: {reference.artikel}", "  - ")
    lines += ["", "Verwerkingsgrond"]
    if source.verwerkingsgrond is None:
        lines += _wrapped("Geen. De bron is geblokkeerd: geen enkele doelgroep mag ze gebruiken.", "  ")
    else:
        for article in source.verwerkingsgrond.artikelen:
            lines += _wrapped(article, "  - ")
        lines += _wrapped(source.verwerkingsgrond.toelichting, "  ")
    lines += ["", "Velden"]
    for field in source.velden:
        lines += _field_lines(field)
    if not source.velden:
        lines.append("  Geen.")
    lines += _counting(source)
    if source.bedragen:
        lines += ["", "Bedragen en grenzen"]
        lines += [f"  {line}" for line in _table(_amount_rows(source.bedragen))]
    lines += ["", "Kolommen in de snapshot", *_wrapped(_columns(source), "  ")]
    lines += _wrapped(f"Uniek samen: {', '.join(source.key)}.", "  ")
    return "\n".join(lines)


def _facts(source: Source) -> list[str]:
    granted = "staat in de bron, per begunstigde" if source.toegekend_aan else "staat niet in de bron"
    facts = [
        ("Status", f"{source.status}, versie {source.versie}"),
        ("Eigenaar", source.eigenaar),
        ("Sinds", _day(source.sinds.isoformat())),
        ("Soort periode", f"{source.soort_periode.value}: {_PERIODS[source.soort_periode]}"),
        ("Gevoelig", _yes_no(source.gevoelig)),
        ("Akkoord van de DPO nodig", _yes_no(source.dpo)),
        ("Universeel", _yes_no(source.universeel)),
        ("Aan wie toegekend", granted),
    ]
    width = max(len(label) for label, _ in facts)
    return [f"{label.ljust(width)}  {value}" for label, value in facts]


def _field_lines(field: SourceField) -> list[str]:
    kind = field.soort.value.replace("_", " ").replace("ja nee", "ja of nee")
    extra = [kind, *([field.eenheid] if field.eenheid else [])]
    if field.kan_ontbreken:
        extra.append("kan onbekend zijn")
    lines = _wrapped(f"{field.veld} ({'; '.join(extra)}): {field.omschrijving}", "  - ")
    for value, wording in (field.waarden or {}).items():
        lines += _wrapped(f"{value}: {wording}", "      ")
    return lines


def _counting(source: Source) -> list[str]:
    lines = []
    if source.telt_als is not None:
        fields = source.telt_als.velden
        lines += _wrapped(f"Een rij telt alleen als {' + '.join(fields)} minstens {source.telt_als.minstens} is.", "  ")
    for field, values in source.nooit.items():
        lines += _wrapped(f"Geen enkele voorwaarde ziet rijen met {field}: {', '.join(values)}.", "  ")
    return ["", "Wat telt", *lines] if lines else []


def _amount_rows(amounts: tuple[DatedAmount, ...]) -> list[tuple[str, ...]]:
    return [
        ("wat", "vanaf", "bedrag", "eenheid", "referentie"),
        *(
            (amount.wat, amount.geldig_vanaf.isoformat(), _number(amount), amount.eenheid, amount.referentie)
            for amount in amounts
        ),
    ]


def _number(amount: DatedAmount) -> str:
    return f"{amount.bedrag:,.2f}".translate(str.maketrans(",.", ".,"))


def _columns(source: Source) -> str:
    return ", ".join(f"{name} {kind}{'?' if nullable else ''}" for name, kind, nullable in source.columns)


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day)}/{int(month)}/{year}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))
