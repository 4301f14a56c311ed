"""``met``: tests on fields of the source's row, each by the field's own type."""

from __future__ import annotations

from decimal import Decimal

from groeibrief.catalog import FieldKind, Source, SourceField
from groeibrief.documents import Mapping, Node, Scalar
from groeibrief.errors import closest
from groeibrief.language import values
from groeibrief.language.faults import BLOCKED, FORM, RANGE, SUPERFLUOUS, VALUE, Faults, one_of
from groeibrief.language.periods import reversed_range
from groeibrief.query import Field, IsUnknown, OneOf, Range

_LARGEST = 1_000_000


def read_fields(faults: Faults, node: Node, source: Source) -> tuple[Field, ...]:
    """Read ``met: {…}``; what is wrong is reported and left out."""
    known = [field.veld for field in source.velden]
    if not isinstance(node, Mapping) or not node.entries:
        faults.add(FORM, node, "Onder 'met' hoort minstens één veld met zijn waarde te staan.", verwacht=one_of(known))
        return ()
    read = []
    for key, value in node.entries:
        field = source.field(key.text)
        if field is None:
            faults.add(
                FORM,
                key,
                f"De bron '{source.bron}' heeft geen veld '{key.text}'.",
                verwacht=one_of(known),
                bedoelde=closest(key.text, known),
            )
            continue
        test = _test(faults, value, source, field)
        if test is not None:
            read.append(Field(field.veld, test))
    return tuple(read)


def _test(faults: Faults, node: Node, source: Source, field: SourceField) -> OneOf | Range | IsUnknown | None:
    if isinstance(node, Mapping) and node.get("onbekend") is not None:
        return _unknown(faults, node, field)
    match field.soort:
        case FieldKind.LISTED:
            return _listed(faults, node, source, field)
        case FieldKind.BOOLEAN:
            value = values.yes_no(faults, node, field.veld)
            return None if value is None else OneOf((value,))
        case FieldKind.AMOUNT | FieldKind.INTEGER:
            return _number(faults, node, field)
    raise AssertionError(f"Unhandled kind of field: {field.soort}")


def _unknown(faults: Faults, node: Mapping, field: SourceField) -> IsUnknown | None:
    parts = values.mapping(faults, node, field.veld, ("onbekend",))
    if not parts or len(node.entries) > 1:
        return None
    if not field.kan_ontbreken:
        faults.add(VALUE, node, f"Het veld '{field.veld}' is altijd ingevuld: 'onbekend' kan hier niet.")
        return None
    unknown = values.yes_no(faults, parts["onbekend"], "onbekend")
    return None if unknown is None else IsUnknown(unknown)


def _listed(faults: Faults, node: Node, source: Source, field: SourceField) -> OneOf | None:
    allowed = tuple(field.waarden or {})
    nodes: tuple[Node, ...] = (node,)
    if isinstance(node, Mapping):
        parts = values.mapping(faults, node, field.veld, ("een_van",), ("een_van",))
        nodes = values.listed(faults, parts["een_van"], "een_van") if parts else ()
    chosen: list[str] = []
    for item in nodes:
        value = values.choice(faults, item, field.veld, allowed)
        if value in source.nooit.get(field.veld, ()):
            melding = f"Op '{value}' kan niemand geselecteerd worden: geen enkele voorwaarde ziet die rijen."
            useful = [word for word in allowed if word not in source.nooit[field.veld]]
            faults.add(BLOCKED, item, melding, verwacht=one_of(useful))
        elif value in chosen:
            faults.add(SUPERFLUOUS, item, f"'{value}' staat twee keer in deze lijst. Schrap er één.")
        elif value is not None:
            chosen.append(value)
    return OneOf(tuple(chosen)) if chosen else None


def _number(faults: Faults, node: Node, field: SourceField) -> OneOf | Range | None:
    if not isinstance(node, Mapping):
        value = _one_number(faults, node, field, field.veld)
        return None if value is None else OneOf((value,))
    if not node.entries:
        faults.add(FORM, node, f"Geef voor '{field.veld}' minstens één grens: 'minstens' of 'hoogstens'.")
        return None
    parts = values.mapping(faults, node, field.veld, ("minstens", "hoogstens"))
    if not parts:
        return None
    bounds = {key: _one_number(faults, part, field, key) for key, part in parts.items()}
    if None in bounds.values():
        return None
    low, high = bounds.get("minstens"), bounds.get("hoogstens")
    if low is not None and high is not None and low > high:
        reversed_range(faults, node, field.veld, low, high)
        return None
    return Range(low, high)


def _one_number(faults: Faults, node: Node, field: SourceField, what: str) -> Decimal | int | None:
    if field.soort is FieldKind.INTEGER:
        return values.integer(faults, node, what, 0, _LARGEST)
    value = values.number(faults, node, what)
    if value is None:
        return None
    if not 0 <= value <= _LARGEST:
        faults.add(RANGE, node, f"'{what}' moet tussen 0 en {_LARGEST} euro liggen.")
        return None
    if value != round(value, 2):
        faults.add(
            RANGE, node, f"Een bedrag heeft hoogstens twee cijfers na de punt, '{node_text(node)}' heeft er meer."
        )
        return None
    return value


def node_text(node: Node) -> str:
    """What a scalar says, as written."""
    return node.text if isinstance(node, Scalar) else ""
