from __future__ import annotations

import pytest

from groeibrief.errors import RefusedError
from groeibrief.printshop.content import gather
from groeibrief.printshop.destinations import Destination, destination_list
from groeibrief.printshop.ticket import JobInfo

AGAIN = "Maak de brieven opnieuw."


def _write(letters, numbers):
    going = [Destination(number, "BE", "8820", control=number == 7, lines=3, longest=20) for number in numbers]
    (letters / "bestemmingen.csv").write_bytes(destination_list(going))


def test_the_list_of_destinations_is_counted_and_stays_outside(letters, policy):
    _write(letters, (1, 2, 3, 5, 7))
    content = gather(letters, JobInfo("a"), policy, synthetic=False)
    assert "bestemmingen.csv" not in {member.name for member in content.members}
    assert content.ticket.totalen.controlebrieven == 1
    assert {line.sorteerprefix for line in content.ticket.port.regels} == {"88"}


def test_destinations_of_other_letters_are_refused(letters, policy):
    _write(letters, (1, 2, 3, 5))
    with pytest.raises(RefusedError) as caught:
        gather(letters, JobInfo("a"), policy, synthetic=False)
    assert (caught.value.code, str(caught.value)) == (
        "E585",
        f"bestemmingen.csv: De bestemmingen zijn niet die van de brieven in stukken.csv. {AGAIN}",
    )


def test_a_list_of_destinations_that_is_none_is_refused_with_its_line(letters, policy):
    _write(letters, (1, 2, 3, 5, 7))
    path = letters / "bestemmingen.csv"
    path.write_text(path.read_text().replace("3;BE;8820;brief", "3;BE;8820;anders"))
    with pytest.raises(RefusedError) as caught:
        gather(letters, JobInfo("a"), policy, synthetic=False)
    assert (caught.value.code, str(caught.value)) == (
        "E585",
        f"bestemmingen.csv:4: Dit is geen lijst van bestemmingen. {AGAIN}",
    )
