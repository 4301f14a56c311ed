from __future__ import annotations

import io
import tarfile
from contextlib import closing

import pytest

from groeibrief.errors import RefusedError
from groeibrief.printshop.archive import ArchiveReader, ArchiveWriter, Member, bytes_member, header

MEMBERS = [bytes_member("b.csv", b"x" * 700), bytes_member("a.txt", b""), bytes_member("c.pdf", bytes(range(256)) * 8)]


def _archive(members=MEMBERS, size=8192) -> bytes:
    reader = ArchiveReader(members)
    return b"".join(iter(lambda: reader.read(size), b""))


def _unpack(data: bytes, folder, step=1000) -> dict[str, str]:
    with closing(ArchiveWriter(folder)) as writer:
        for start in range(0, len(data), step):
            assert writer.write(data[start : start + step]) == len(data[start : start + step])
        writer.finish()
    return writer.checksums


def test_the_archive_is_the_same_whatever_the_order_and_reading_size():
    assert _archive() == _archive(MEMBERS[::-1]) == _archive(size=7)


def test_standard_tar_reads_it():
    with tarfile.open(fileobj=io.BytesIO(_archive()), mode="r:") as archive:
        members = archive.getmembers()
        assert [(member.name, member.size) for member in members] == [("a.txt", 0), ("b.csv", 700), ("c.pdf", 2048)]
        assert {(member.uid, member.gid, member.mode, member.mtime) for member in members} == {
            (0, 0, 0o600, 946_684_800)
        }
        assert archive.extractfile("c.pdf").read() == bytes(range(256)) * 8


@pytest.mark.parametrize("step", [1, 511, 512, 513, 100_000])
def test_reading_back_gives_the_same_files(tmp_path, step):
    assert _unpack(_archive(), tmp_path, step) == {member.name: member.sha256 for member in MEMBERS}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        member.name: member.source for member in MEMBERS
    }
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_file_that_changed_after_its_checksum_is_refused(tmp_path):
    path = tmp_path / "brieven-0001.pdf"
    path.write_bytes(b"nieuw")
    for member in (Member(path.name, 5, "0" * 64, path), Member(path.name, 4, "0" * 64, path)):
        with pytest.raises(RefusedError) as caught:
            _archive([member])
        assert caught.value.code == "E555"
        assert str(caught.value) == (
            "brieven-0001.pdf veranderde terwijl het pakket gemaakt werd. Maak de brieven opnieuw en begin opnieuw."
        )


def _tar(*entries: tarfile.TarInfo, data: bytes = b"") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for entry in entries:
            entry.size = len(data) if entry.type == tarfile.REGTYPE else 0
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _entry(name: str, kind: bytes = tarfile.REGTYPE, **values) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mtime, entry.mode = kind, 946_684_800, 0o600
    for field, value in values.items():
        setattr(entry, field, value)
    return entry


PLAIN = "er zit iets anders in dan gewone bestanden zonder map"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_tar(_entry("../weg.txt")), PLAIN),
        (_tar(_entry("/etc/weg")), PLAIN),
        (_tar(_entry("map/bestand")), PLAIN),
        (_tar(_entry("..")), PLAIN),
        (_tar(_entry(".verborgen")), PLAIN),
        (_tar(_entry("a" * 120 + "/" + "b" * 90)), PLAIN),
        (_tar(_entry("link", tarfile.SYMTYPE, linkname="/etc/passwd")), PLAIN),
        (_tar(_entry("link", tarfile.LNKTYPE, linkname="a")), PLAIN),
        (_tar(_entry("map", tarfile.DIRTYPE)), PLAIN),
        (_tar(_entry("pijp", tarfile.FIFOTYPE)), PLAIN),
        (_tar(_entry("schijf", tarfile.CHRTYPE)), PLAIN),
        (_tar(_entry("ijl", tarfile.GNUTYPE_SPARSE)), PLAIN),
        (_tar(_entry("a.txt", mode=0o4755)), PLAIN),
        (_tar(_entry("a.txt", uid=1000)), PLAIN),
        (_tar(_entry("a.txt"), _entry("a.txt")), "de bestanden staan niet in volgorde"),
        (_tar(_entry("b.txt"), _entry("a.txt")), "de bestanden staan niet in volgorde"),
        (_archive()[:-10240], "het einde ontbreekt"),
        (_archive()[:600], "het einde ontbreekt"),
        (_archive() + header("z.txt", 0), "er staat iets na het einde"),
        (b"\xff" * 512, "een bestand heeft geen geldige naam of grootte"),
        (_archive()[:1100 + 512] .ljust(1724, b"x") + b"!" + bytes(11000), "na een bestand staat meer dan er hoort"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_writes_nothing_outside(tmp_path, data, why):
    folder = tmp_path / "diep" / "map"
    folder.mkdir(parents=True)
    with pytest.raises(RefusedError) as caught:
        _unpack(data, folder)
    assert caught.value.code == "E546"
    assert str(caught.value) == (
        f"De verzegelde inhoud is geen pakket van groeibrief: {why}. Druk niets en verwittig VUTG."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["diep"]
    assert [path.name for path in folder.parent.iterdir()] == ["map"]
    assert not any(path.is_symlink() or path.is_dir() for path in folder.iterdir())


def test_the_number_of_files_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("groeibrief.printshop.archive.MAX_FILES", 2)
    with pytest.raises(RefusedError, match="er zitten meer dan 2 bestanden in"):
        _unpack(_archive(), tmp_path)
