from __future__ import annotations

import pytest

from groeibrief.printshop.destinations import (
    Destination,
    DestinationListError,
    destination,
    destination_list,
    read_destination_list,
)
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.proof import proof_set

LINES = ("Zoë Peeters", "Korte Voorbeeldstraat 12", "8820 Torhout")


def _pieces(count):
    return tuple(Piece(number, "brieven-0001.pdf", 2 * number - 1, 2) for number in range(1, count + 1))


def test_the_proof_holds_each_variant_each_set_of_characters_the_widest_address_and_one_abroad():
    going = {
        1: Destination(1, "BE", "8820", lines=3, longest=20),
        2: Destination(2, "BE", "8820", lines=3, longest=20),
        3: Destination(3, "BE", "8820", lines=4, longest=20),
        4: Destination(4, "BE", "8820", lines=3, longest=40),
        5: Destination(5, "BE", "8820", lines=3, longest=20, characters="accent"),
        6: Destination(6, "BE", "8820", lines=3, longest=20, characters="accent"),
        7: Destination(7, "buitenland", "", lines=3, longest=20, characters="accent+uitgebreid"),
        8: Destination(8, "BE", "8820", lines=3, longest=20, children=2),
        9: Destination(9, "BE", "8820", lines=3, longest=20),
    }
    chosen = {piece.volgnummer: piece.reden for piece in proof_set(_pieces(9), going)}
    assert chosen == {
        1: ("eerste", "kortste", "langste", "eerste van partij", "variant"),
        3: ("variant",),
        4: ("breedste adres",),
        5: ("vreemde tekens",),
        7: ("vreemde tekens", "buitenland"),
        8: ("variant",),
        9: ("laatste",),
    }


def test_without_destinations_the_proof_goes_by_pages_alone():
    assert {piece.volgnummer for piece in proof_set(_pieces(9))} == {1, 9}


def test_an_address_is_described_without_its_words():
    assert destination(7, "Zoë Dvořák", LINES, "8820", control=False, children=1) == Destination(
        7, "BE", "8820", lines=3, longest=24, children=1, characters="accent+uitgebreid"
    )
    assert destination(
        8, "Al Bo", ("Al Bo", "Rue 1", "59000 Lille", "FRANKRIJK"), "59000", control=True, children=0
    ) == (Destination(8, "buitenland", "", control=True, lines=4, longest=11))
    assert destination(
        9, "Al Bo", ("Al Bo", "Kalverstraat 1", "NEDERLAND"), "1012", control=False, children=0
    ).country == ("buitenland")


def test_a_list_reads_back_and_holds_no_words_of_an_address():
    going = [destination(number, "Zoë Peeters", LINES, "8820", control=number == 2, children=0) for number in (2, 1)]
    data = destination_list(going)
    assert read_destination_list(data) == {one.sequence: one for one in going}
    assert data.decode() == (
        "volgnummer;land;postcode;soort;adresregels;langste_regel;kinderen;tekens\n"
        "1;BE;8820;brief;3;24;0;accent\n"
        "2;BE;8820;controle;3;24;0;accent\n"
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: text.replace("volgnummer", "nummer"), 1),
        (lambda text: text + "1;BE;8820;brief;3;24;0;accent\n", 4),
        (lambda text: text.replace("2;BE", "2;FR"), 3),
        (lambda text: text.replace("accent\n2", "accént\n2"), 2),
        (lambda text: "", 1),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_line(change, line):
    text = "volgnummer;land;postcode;soort;adresregels;langste_regel;kinderen;tekens\n"
    text += "1;BE;8820;brief;3;24;0;accent\n2;BE;8820;brief;3;24;0;accent\n"
    with pytest.raises(DestinationListError) as caught:
        read_destination_list(change(text).encode())
    assert caught.value.line == line
