from __future__ import annotations

import pytest

from groeibrief.printshop.pieces import (
    Piece,
    PieceListError,
    layout_faults,
    read_letters_list,
    read_sealed_list,
    sealed_list,
)

HEADER = b"volgnummer;bestand;eerste_pagina;paginas\n"
FILE = "brieven-0001.pdf"


def test_the_letters_list_is_sorted_by_file_and_page():
    data = HEADER + b"1;brieven-0002.pdf;1;2\n3;brieven-0001.pdf;3;2\n2;brieven-0001.pdf;1;2\n"
    assert [piece.sequence for piece in read_letters_list(data)] == [2, 3, 1]


def test_the_sealed_list_reads_back_the_same():
    pieces = (Piece(9, FILE, 1, 3), Piece(4, "brieven-0003.pdf", 1, 2))
    data = sealed_list(pieces, {FILE: 1, "brieven-0003.pdf": 2}, duplex=True, inserts=2, mark_job="0123456789")
    assert data == (
        b"volgnummer;partij;bestand;eerste_pagina;paginas;vellen;bijlagen;posten;merkopdracht\n"
        b"9;1;brieven-0001.pdf;1;3;2;2;03;0123456789\n4;2;brieven-0003.pdf;1;2;1;2;03;0123456789\n"
    )
    assert read_sealed_list(data) == pieces


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "De eerste regel moet 'volgnummer;bestand;eerste_pagina;paginas' zijn."),
        (b"volgnummer,bestand\n", 1, "De eerste regel moet 'volgnummer;bestand;eerste_pagina;paginas' zijn."),
        (HEADER + b"1;brieven-0001.pdf;1\n", 2, "Een regel heeft 4 velden, gescheiden door puntkomma's."),
        (HEADER + b"1;brieven-0001.pdf;1;2\n0;brieven-0001.pdf;3;2\n", 3, "Hier hoort een geheel getal vanaf 1."),
        (HEADER + b"1;brieven-0001.pdf;1;2\n\xc3\xa9\n", 3, "Er staat een vreemd teken in."),
        (
            HEADER + b"1;../brieven-0001.pdf;1;2\n",
            2,
            "Een bestand met brieven heet brieven-0001.pdf, brieven-0002.pdf, …",
        ),
    ],
)
def test_a_list_that_is_not_one_is_refused(data, line, message):
    with pytest.raises(PieceListError) as caught:
        read_letters_list(data)
    assert (caught.value.line, caught.value.message) == (line, message)


@pytest.mark.parametrize(
    ("pieces", "pages", "duplex", "message"),
    [
        (((1, 1, 2), (2, 3, 2)), 4, True, None),
        (((1, 1, 3), (2, 4, 1)), 4, False, None),
        (((1, 1, 2), (2, 4, 2)), 5, True, "Stuk 2 begint op pagina 4 in plaats van 3."),
        (((1, 1, 2), (2, 2, 2)), 3, True, "Stuk 2 begint op pagina 2 in plaats van 3."),
        (((1, 2, 2),), 3, True, "Stuk 1 begint op pagina 2 in plaats van 1."),
        (((1, 1, 2), (1, 3, 2)), 4, True, "Volgnummer 1 staat twee keer in de stuklijst."),
        (((1, 1, 2),), 4, True, "De stuklijst telt 2 pagina's, maar het bestand heeft er 4."),
        (
            ((1, 1, 1), (2, 2, 2)),
            3,
            True,
            "Stuk 2 begint op een achterzijde (pagina 2): twee brieven zouden op hetzelfde vel staan. Vul elke brief "
            "aan tot een even aantal pagina's of druk enkelzijdig.",
        ),
    ],
)
def test_pieces_cover_their_file_exactly_once(pieces, pages, duplex, message):
    listed = [Piece(sequence, FILE, first, count) for sequence, first, count in pieces]
    expected = [(FILE, message)] if message else []
    assert list(layout_faults(listed, {FILE: pages}, duplex=duplex)) == expected


def test_a_sequence_number_may_not_return_in_another_file():
    pieces = [Piece(1, FILE, 1, 2), Piece(1, "brieven-0002.pdf", 1, 2)]
    assert list(layout_faults(pieces, {}, duplex=True)) == [
        ("brieven-0002.pdf", "Volgnummer 1 staat twee keer in de stuklijst.")
    ]
