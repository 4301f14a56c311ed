"""Importing an extract with the documented example mapping; and every way in which an extract or a mapping is wrong."""

# Messages stand in one piece, so that they can be found.
# ruff: noqa: E501

from __future__ import annotations

import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from groeibrief.catalog import Catalogue
from groeibrief.errors import DefinitionError, SnapshotError, UsageError
from groeibrief.keys import write_key_pair
from groeibrief.snapshot import extract_files, import_extract, open_snapshot
from groeibrief.snapshot.mapping import DateForm, read_mapping
from groeibrief.snapshot.report import Report

EXAMPLE = Path(__file__).parents[3] / "docs" / "voorbeelden" / "invoer.yaml"
CSV = {
    "personen_1.csv": "PERS_ID;RIJKSNR;VOORNAAM;NAAM;GEBOREN;OVERLEDEN\n1;19030199902;Zoë;D'Hondt;01/03/2019;\n",
    "personen_2.csv": "NAAM;VOORNAAM;PERS_ID;RIJKSNR;GEBOREN;OVERLEDEN;TAAL\nPeeters;NULL;11;85010199984;NULL;NULL;fr\n",
    "adressen.csv": (
        "PERS_ID;BEGIN;EINDE;NIS;STRAAT;NR;BUS;POST;GEMEENTE;LAND;SOORT;GEHEIM\n"
        '1;01/03/2019;31/12/2022;31033;"Lange; straat";1;;8820;Torhout;BE;G;nee\n'
        '1;01/01/2023;;31033;"Nieuwe\nstraat ";2;A;8820;Torhout;BE;R;J\n'
        "11;01/03/2019;;31033;Markt;1;;8820;Torhout;BE;G;0\n"
    ),
    "dossiers.csv": "DOS_ID;UITB;OPEN;DICHT\n100;F1;01/03/2019;\n",
    "dossierkinderen.csv": "DOS_ID;PERS_ID;BEGIN;EINDE\n100;1;01/03/2019;\n",
    "begunstigden.csv": "DOS_ID;RANG;PERS_ID;KBO;BEGIN;EINDE\n100;1;11;;01/03/2019;\n",
    "sociaal.csv": "PERS_ID;VANAF;TOT;BEDRAG;SCHIJF;RANG\n1;202409;202509;69,1;L;1\n1;202509;;101,590;NULL;1\n",
    "school.csv": "PERS_ID;JAAR;NIVEAU;DATUM;BEDRAG\n1;2024;K;01/10/2024;107\n",
}
UTF8 = {"opvang.csv": "kind,maand,vol,half,bedrag\n1,2023-01,3,1,12.25\n"}
BASIS = pa.table(
    {
        "kind": pa.array([1, 1], pa.int64()),
        "van": pa.array([date(2024, 9, 1), date(2025, 9, 1)]),
        "tot": pa.array([date(2025, 9, 1), None], pa.date32()),
        "bedrag": pa.array([Decimal("173.2000"), Decimal("176.6600")], pa.decimal128(12, 4)),
        "stelsel": pa.array(["O", "N"]).dictionary_encode(),
    }
)


class Agency:
    """A folder with extracts, and a key to sign with."""

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self.root, self.catalogue = root, catalogue
        self.source, self.out, self.mapping = root / "bron", root / "snapshot", root / "invoer.yaml"
        self.source.mkdir()
        write_key_pair(root / "vutg.key", root / "vutg.pub")
        self.mapping.write_bytes(EXAMPLE.read_bytes())
        for name, text in CSV.items():
            (self.source / name).write_bytes(text.encode("windows-1252"))
        for name, text in UTF8.items():
            (self.source / name).write_bytes(text.encode())
        pq.write_table(BASIS, self.source / "basis.parquet")

    def write(self, name: str, text: str, encoding: str = "windows-1252") -> None:
        (self.source / name).write_bytes(text.encode(encoding))

    def run(self, reject: Path | None = None) -> Report:
        return import_extract(
            self.mapping, self.source, self.out, self.root / "vutg.key", self.catalogue, reject=reject
        )

    def refused(self, reject: Path | None = None) -> tuple[str, list[str]]:
        """The code and the lines of what is said. Nothing may have been written."""
        with pytest.raises(SnapshotError) as error:
            self.run(reject)
        assert error.value.exit_code == 4
        assert not self.out.exists()
        assert not [path for path in self.root.iterdir() if path.name.startswith(".")]
        return error.value.code, str(error.value).splitlines()

    def rows(self, table: str) -> list[dict[str, object]]:
        return list(pq.read_table(self.out / f"{table}.parquet").to_pylist())


@pytest.fixture
def agency(tmp_path: Path, catalogue: Catalogue) -> Agency:
    return Agency(tmp_path, catalogue)


def test_the_documented_example(agency: Agency) -> None:
    report = agency.run()
    assert report.as_json() == {"geldig": True, "snapshot": "vutg-2025-11-03", "synthetisch": False, "regels": []}
    snapshot = open_snapshot(agency.out, [agency.root / "vutg.pub"])
    assert not snapshot.synthetic
    assert snapshot.manifest.produced_by == "VUTG, dienst Data"
    assert snapshot.coverage["schooltoeslag"].first == "2022-2023"
    assert agency.rows("persoon") == [
        {
            "persoon_id": 1, "insz": "19030199902", "voornaam": "Zoë", "naam": "D'Hondt",
            "geboortedatum": date(2019, 3, 1), "overleden_op": None,
        },
        {
            "persoon_id": 11, "insz": "85010199984", "voornaam": None, "naam": "Peeters", "geboortedatum": None,
            "overleden_op": None,
        },
    ]  # fmt: skip
    first, second, third = agency.rows("woonplaats")
    assert (first["straat"], first["tot"], first["soort"]) == ("Lange; straat", date(2023, 1, 1), "gewoon")
    assert (second["straat"], second["tot"], second["soort"]) == ("Nieuwe\nstraat", None, "referentieadres")
    assert [row["adres_niet_meedelen"] for row in (first, second, third)] == [False, True, False]
    assert [row["uitbetaler"] for row in agency.rows("dossier")] == ["FONS"]
    assert [(row["bedrag"], row["stelsel"]) for row in agency.rows("basisbedrag")] == [
        (Decimal("173.20"), "oud"), (Decimal("176.66"), "nieuw"),
    ]  # fmt: skip
    assert [(row["van"], row["tot"], row["bedrag"], row["schijf"], row["helft"]) for row in agency.rows("sociale_toeslag")] == [
        (date(2024, 9, 1), date(2025, 9, 1), Decimal("69.10"), "laag", False),
        (date(2025, 9, 1), None, Decimal("101.59"), None, False),
    ]  # fmt: skip
    assert agency.rows("kinderopvangtoeslag")[0]["maand"] == date(2023, 1, 1)
    assert agency.rows("schooltoeslag")[0]["schooljaar"] == "2024-2025"
    assert agency.rows("startbedrag") == []


def test_the_snapshot_is_private(agency: Agency) -> None:
    seen: list[tuple[str, int, int]] = []
    import_extract(
        agency.mapping, agency.source, agency.out, agency.root / "vutg.key", agency.catalogue,
        progress=lambda what, done, total: seen.append((what, done, total)),
    )  # fmt: skip
    assert seen[:2] == [("persoon", 1, 14), ("woonplaats", 2, 14)]
    assert stat.S_IMODE(agency.out.stat().st_mode) == 0o700
    assert stat.S_IMODE((agency.out / "persoon.parquet").stat().st_mode) == 0o600


def test_an_existing_snapshot_is_not_replaced(agency: Agency) -> None:
    agency.run()
    with pytest.raises(UsageError) as error:
        agency.run()
    assert error.value.code == "E210"


def test_every_kind_of_bad_value_with_its_line(agency: Agency) -> None:
    agency.write(
        "adressen.csv",
        "PERS_ID;BEGIN;EINDE;NIS;STRAAT;NR;BUS;POST;GEMEENTE;LAND;SOORT;GEHEIM\n"
        '1;01/03/2019;;31033;"Kanarie\nstraat";1;;8820;Torhout;BE;G;nee\n'
        "\n"
        "1,5;31/02/2019;1/3/2019;31033;Kanariestraat;1;;8820;Torhout;;X;misschien\n"
        "1;2;3\n"
        "99999999999999999999;01/03/19;;31033;Kanariestraat;1;;8820;Torhout;BE;G;ja;te;veel\n"
        ";01/03/19;;31033;Kanariestraat;1;;8820;Torhout;BE;G;ja\n",
    )
    agency.write(
        "sociaal.csv", "PERS_ID;VANAF;TOT;BEDRAG;SCHIJF;RANG\n1;202409;202513;1.214,49;L;300\n1;202409;;1,234;L;1\n"
    )
    code, lines = agency.refused()
    assert code == "E423"
    assert lines == [
        "adressen.csv:5: kolom 'PERS_ID': geen geheel getal, of een te groot.",
        "adressen.csv:5: kolom 'BEGIN': geen datum in de vorm dd/mm/jjjj.",
        "adressen.csv:5: kolom 'EINDE': geen datum in de vorm dd/mm/jjjj.",
        "adressen.csv:5: kolom 'LAND': verplichte waarde ontbreekt.",
        "adressen.csv:5: kolom 'SOORT': code die niet in de invoer staat.",
        "adressen.csv:5: kolom 'GEHEIM': geen ja of nee.",
        "adressen.csv:6: te veel of te weinig velden.",
        "adressen.csv:7: te veel of te weinig velden.",
        "adressen.csv:8: kolom 'PERS_ID': verplichte waarde ontbreekt.",
        "adressen.csv:8: kolom 'BEGIN': geen datum in de vorm dd/mm/jjjj.",
        "sociaal.csv:2: kolom 'TOT': geen datum in de vorm jjjjmm.",
        "sociaal.csv:2: kolom 'BEDRAG': geen bedrag met hoogstens twee cijfers na ','.",
        "sociaal.csv:2: kolom 'RANG': geen geheel getal, of een te groot.",
        "sociaal.csv:3: kolom 'BEDRAG': geen bedrag met hoogstens twee cijfers na ','.",
        "De invoer heeft 14 fouten. Er is niets geschreven: verbeter de invoer.",
    ]


def test_bad_rows_of_parquet(agency: Agency) -> None:
    table = BASIS.set_column(3, "bedrag", pa.array([173.205, 176.66]))
    table = table.set_column(1, "van", pa.array(["2024-09-01", "01/09/2025"]))
    table = table.set_column(2, "tot", pa.array([1_756_684_800, 1_756_684_801], pa.timestamp("s")))
    pq.write_table(table, agency.source / "basis.parquet")
    assert agency.refused() == (
        "E423",
        [
            "basis.parquet:1: kolom 'van': geen datum in de vorm dd/mm/jjjj.",
            "basis.parquet:1: kolom 'bedrag': geen bedrag met hoogstens twee cijfers na ','.",
            "basis.parquet:2: kolom 'tot': geen datum in de vorm dd/mm/jjjj.",
            "De invoer heeft 3 fouten. Er is niets geschreven: verbeter de invoer.",
        ],
    )


def test_many_faults_and_the_list_of_them(agency: Agency) -> None:
    agency.write(
        "dossiers.csv",
        "DOS_ID;UITB;OPEN;DICHT\n" + "".join(f"{number};Kanarie;01/03/2019;\n" for number in range(1200)),
    )
    reject = agency.root / "fouten.csv"
    code, lines = agency.refused(reject)
    assert code == "E423"
    assert len(lines) == 21
    assert lines[19] == "dossiers.csv:21: kolom 'UITB': code die niet in de invoer staat."
    assert lines[20] == (
        "De invoer heeft 1.200 fouten, hierboven de eerste 20. Er is niets geschreven: verbeter de invoer."
    )
    listed = reject.read_text().splitlines()
    assert listed[0] == "bestand;regel;kolom;fout"
    assert listed[1200] == "dossiers.csv;1201;UITB;code die niet in de invoer staat"
    assert len(listed) == 1201
    assert "Kanarie" not in reject.read_text()
    assert stat.S_IMODE(reject.stat().st_mode) == 0o600
    with pytest.raises(UsageError) as error:
        agency.run(reject)
    assert error.value.code == "E210"


def test_lines_over_several_blocks(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are skipped and values of two lines, in blocks that are read one by one, do not shift a line."""
    monkeypatch.setattr(extract_files, "_BLOCK", 2000)
    rows = [f'{number};"V\nN";Peeters;19030199902;01/03/2019;' for number in range(300)]
    rows[100] += ";;"
    rows[250] = rows[250].replace("01/03", "31/02")
    agency.write("personen_1.csv", "PERS_ID;VOORNAAM;NAAM;RIJKSNR;GEBOREN;OVERLEDEN\n" + "\n".join(rows))
    assert agency.refused() == (
        "E423",
        [
            "personen_1.csv:202: te veel of te weinig velden.",
            "personen_1.csv:502: kolom 'GEBOREN': geen datum in de vorm dd/mm/jjjj.",
            "De invoer heeft 2 fouten. Er is niets geschreven: verbeter de invoer.",
        ],
    )


def test_a_quote_that_is_never_closed(agency: Agency) -> None:
    agency.write("dossiers.csv", 'DOS_ID;UITB;OPEN;DICHT\n100;"F1;01/03/2019;\n' + "100;F1;01/03/2019;\n" * 10_000)
    assert agency.refused() == (
        "E423",
        [
            "dossiers.csv:2: te veel of te weinig velden.",
            "De invoer heeft 1 fout. Er is niets geschreven: verbeter de invoer.",
        ],
    )


def test_a_first_line_without_end(agency: Agency) -> None:
    agency.write("dossiers.csv", '"DOS_ID;UITB;OPEN;DICHT\n' + "100;F1;01/03/2019;\n" * 10_000)
    assert agency.refused() == (
        "E424",
        [
            "dossiers.csv: Dit bestand kan niet als CSV gelezen worden. Kijk het scheidingsteken na en of elk aanhalingsteken sluit."
        ],
    )


def test_a_column_that_the_file_does_not_have(agency: Agency) -> None:
    agency.write("dossiers.csv", "DOS_ID;UITB;UITB;OPEN\n")
    assert agency.refused() == (
        "E425",
        [
            "dossiers.csv:1: De kolom 'UITB' van de invoer staat er 2 keer in dit bestand. Verbeter de naam bij 'kolommen'.",
            "dossiers.csv:1: De kolom 'DICHT' van de invoer ontbreekt in dit bestand. Verbeter de naam bij 'kolommen'.",
        ],
    )


def test_a_column_that_the_parquet_file_does_not_have(agency: Agency) -> None:
    pq.write_table(BASIS.drop_columns(["tot"]), agency.source / "basis.parquet")
    assert agency.refused() == (
        "E425",
        ["basis.parquet: De kolom 'tot' van de invoer ontbreekt in dit bestand. Verbeter de naam bij 'kolommen'."],
    )


def test_an_empty_file(agency: Agency) -> None:
    agency.write("dossiers.csv", "")
    code, lines = agency.refused()
    assert code == "E425"
    assert len(lines) == 4


def test_another_encoding(agency: Agency) -> None:
    agency.write("opvang.csv", "kind,maand,vol,half,bedrag\n1,2023-01,3,1,12.25\né,2023-01,3,1,12.25\n")
    assert agency.refused() == (
        "E424",
        ["opvang.csv:3: Deze regel is niet in utf-8 geschreven. Zet bij 'codering' hoe het bestand geschreven is."],
    )


def test_a_file_with_a_byte_order_mark(agency: Agency) -> None:
    agency.write("opvang.csv", UTF8["opvang.csv"], "utf-8-sig")
    assert agency.run().valid


def test_a_file_that_is_no_parquet(agency: Agency) -> None:
    (agency.source / "basis.parquet").write_bytes(b"kanarie")
    assert agency.refused() == (
        "E424", ["basis.parquet: Dit bestand kan niet als Parquet gelezen worden. Trek het opnieuw uit."],
    )  # fmt: skip


def test_an_extract_that_breaks_a_rule_of_the_snapshot(agency: Agency) -> None:
    agency.write("dossierkinderen.csv", "DOS_ID;PERS_ID;BEGIN;EINDE\n100;77;01/03/2019;\n")
    code, lines = agency.refused()
    assert code == "E422"
    assert lines[0] == (
        "dossierkind.parquet: Snapshot vutg-2025-11-03, regel 'verwijzing', tabel 'dossierkind': 1 keer: een verwijzing "
        "naar een rij die er niet is (100)."
    )


def test_no_source_folder(agency: Agency) -> None:
    agency.source = Path("nergens")
    with pytest.raises(UsageError) as error:
        agency.run()
    assert (error.value.code, str(error.value)) == (
        "E230", "nergens: Deze map bestaat niet. Geef de map met de bronbestanden.",
    )  # fmt: skip


def test_no_file_for_a_table(agency: Agency) -> None:
    (agency.source / "basis.parquet").unlink()
    with pytest.raises(UsageError) as error:
        agency.run()
    assert error.value.code == "E231"
    assert str(error.value) == (
        f"{agency.source}: Geen enkel bestand heet 'basis.parquet' (tabel 'basisbedrag'). Verbeter 'bestanden' in de invoer "
        "of vul de map aan."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("invoer: 1 ", "invoer: 2 ", ":7:9: Deze groeibrief leest invoer 1: schrijf 'invoer: 1'."),
        ("invoer: 1 ", "", ":9:1: Bij 'invoerbestand' ontbreekt 'invoer'."),
        ("naam: vutg-2025-11-03", "naam: v/u", ":10:9: De naam bestaat uit hoogstens 100 letters, cijfers, '.', '_' en '-'."),
        ("getrokken_op: 2025-11-03", "getrokken_op: ooit", ":11:17: Bij 'getrokken_op' hoort een datum: jjjj-mm-dd."),
        ("synthetisch: false", "synthetisch: nee", ":13:16: Bij 'synthetisch' hoort true of false."),
        ("gemaakt_door: VUTG, dienst Data", "gemaakt_door:", ":12:16: Bij 'gemaakt_door' hoort één waarde."),
        (
            "{van: 2022-11, tot_en_met: 2025-11}", "{van: 2025-11, tot_en_met: 2022-11}",
            ":18:16: De dekking gaat van een maand, dag of schooljaar tot en met een latere van dezelfde soort.",
        ),
        (
            "schooltoeslag: {van: 2022-2023, tot_en_met: 2025-2026}", "schooltoeslag: {van: 2022-09, tot_en_met: 2025-11}",
            ":25:18: Deze dekking past niet bij een bron van de soort 'schooljaar'.",
        ),
        ("  wezentoeslag: {van: 2022-11, tot_en_met: 2025-11}\n", "", ":18:3: De dekking van 'wezentoeslag' ontbreekt."),
        ("soort: csv ", "soort: excel ", ":30:10: 'soort' is een van: csv parquet."),
        ("windows-1252  ", "windows-1253  ", ":32:13: 'codering' is een van: utf-8 windows-1252 iso-8859-1 iso-8859-15. Bedoelde u 'windows-1252'?"),
        ('scheidingsteken: ";"', 'scheidingsteken: ";;"', ":31:20: Het scheidingsteken is één teken, bijvoorbeeld ';' of \"\\t\"."),
        (
            "datum: dd/mm/jjjj ", "datum: dd/MM/yyyy ",
            ":34:10: Schrijf de vorm van een datum met jjjj, mm en dd (of m en d), bijvoorbeeld dd/mm/jjjj.",
        ),
        ('leeg: ["NULL"]', 'leeg: "NULL"', ":35:9: Bij 'leeg' hoort een lijst van teksten die 'geen waarde' betekenen."),
        ("  startbedrag: {zonder_rijen: true}", "", ":38:3: De tabel 'startbedrag' ontbreekt. Heeft ze geen rijen, schrijf dan 'startbedrag: {zonder_rijen: true}'."),
        ("  dossierkind:\n", "  dosierkind:\n", "'tabellen' kent geen sleutel 'dosierkind'."),
        ("      insz: RIJKSNR", "      inzs: RIJKSNR", ":42:7: 'kolommen' kent geen sleutel 'inzs'. Mogelijk: persoon_id, insz, voornaam, naam, geboortedatum, overleden_op. Bedoelde u 'insz'?"),
        (
            "      naam: NAAM\n", "",
            ":39:5: De verplichte kolom 'naam' van 'persoon' krijgt geen waarde: zet ze bij 'kolommen' of 'vaste_waarden'.",
        ),
        ("{helft: false}", "{helft: misschien}", "Deze waarde past niet in de kolom 'helft' (BOOLEAN)."),
        ("{helft: false}", "{helft: false, bedrag: 1}", "De kolom 'bedrag' heeft een bestandskolom én een vaste waarde: kies er één."),
        ("{L: laag, M: midden", "{L: laagst, M: midden", "'schijf' is een van: laag, midden, hoog. Bedoelde u 'laag'?"),
        ("      schijf: SCHIJF\n", "", "Er zijn codes voor 'schijf', maar geen bestandskolom."),
        ("bedrag: BEDRAG\n      schijf", "bedrag: {kolom: BEDRAG, datum: jjjj}\n      schijf", "De kolom 'bedrag' is geen datum: laat 'datum' en 'inclusief' weg."),
        ("bestanden: dossiers.csv", "bestanden: ../dossiers.csv", "De bestanden liggen binnen de bronmap: geen volledig pad en geen '..'."),
        ("bestanden: dossiers.csv", "bestanden: /dossiers.csv", "De bestanden liggen binnen de bronmap: geen volledig pad en geen '..'."),
        ("wezentoeslag: {zonder_rijen: true}", "wezentoeslag: {zonder_rijen: true, bestanden: x}", "De tabel 'wezentoeslag' is zonder rijen: laat de andere sleutels weg."),
        ("bestanden: dossiers.csv", 'bestanden: ""', "De bestanden liggen binnen de bronmap: geen volledig pad en geen '..'."),
        ("{K: kleuter, L: lager, S: secundair, H: hbo5}", "{}", "Bij de codes van 'niveau' staat er geen enkele."),
        ("kind_id: PERS_ID, van: BEGIN, tot: EINDE}", "kind_id: PERS_ID, van: BEGIN}\n    vaste_waarden: {tot: '2025-02-30'}", "Deze waarde past niet in de kolom 'tot' (DATE)."),
        ("wezentoeslag: {zonder_rijen: true}", "wezentoeslag: nee", "Bij 'wezentoeslag' horen sleutels met waarden."),
    ],
)  # fmt: skip
def test_a_fault_in_the_mapping(agency: Agency, old: str, new: str, message: str) -> None:
    text = agency.mapping.read_text()
    assert old in text
    agency.mapping.write_text(text.replace(old, new, 1))
    with pytest.raises(DefinitionError) as error:
        agency.run()
    assert error.value.code == "E340"
    assert error.value.exit_code == 3
    assert all(finding.bestand == str(agency.mapping) and finding.regel for finding in error.value.findings)
    assert any(message in str(finding) for finding in error.value.findings), str(error.value)
    assert not agency.out.exists()


def test_all_faults_of_a_mapping_at_once(agency: Agency) -> None:
    agency.mapping.write_text("invoer: 3\ntabellen: {}\n")
    with pytest.raises(DefinitionError) as error:
        read_mapping(agency.mapping, agency.catalogue)
    lines = [str(finding).removeprefix(str(agency.mapping)) for finding in error.value.findings]
    assert lines[:3] == [
        ":1:1: Bij 'invoerbestand' ontbreekt 'snapshot'.",
        ":1:1: Bij 'snapshot' ontbreekt 'naam'.",
        ":1:1: Bij 'snapshot' ontbreekt 'getrokken_op'.",
    ]
    assert sum("De tabel" in line for line in lines) == 14


@pytest.mark.parametrize(
    ("form", "strptime", "pattern"),
    [
        ("dd/mm/jjjj", "%d/%m/%Y", "[0-9]{2}/[0-9]{2}/[0-9]{4}"),
        ("d.m.jjjj", "%d.%m.%Y", r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"),
        ("jjjjmm", "%Y%m", "[0-9]{4}[0-9]{2}"),
    ],
)
def test_forms_of_dates(form: str, strptime: str, pattern: str) -> None:
    assert (DateForm(form).strptime, DateForm(form).pattern) == (strptime, pattern)
