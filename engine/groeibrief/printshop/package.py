"""Packages for a print shop: made by VUTG, verified by anyone with her public key, opened by who has the secret key."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from groeibrief.artefacts import PRIVATE_FILE, new_directory, new_file, working_directory
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import fingerprint, read_private_key, read_public_key
from groeibrief.printshop.approval import read_approval
from groeibrief.printshop.archive import ArchiveReader, ArchiveWriter
from groeibrief.printshop.content import Content, content_faults, gather, read_letters, read_ticket
from groeibrief.printshop.manifest import (
    MANIFEST,
    SEALED,
    SIGNATURE,
    PackageManifest,
    SealedPart,
    check_sealed,
    compare_sealed,
    open_part,
    read_manifest,
)
from groeibrief.printshop.policy import PrintPolicy
from groeibrief.printshop.seal import (
    Recipient,
    decrypt,
    encrypt,
    read_identity,
    read_recipients,
    recipient_of,
    wrong_key,
)
from groeibrief.printshop.ticket import JobInfo, JobTicket
from groeibrief.state import private_directory

if TYPE_CHECKING:
    import pyrage


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """What was made or opened, with its job ticket, and where it lies."""

    path: Path
    manifest: PackageManifest
    ticket: JobTicket

    def as_json(self) -> dict[str, object]:
        """The JSON form, with Dutch keys."""
        manifest, ticket = self.manifest, self.ticket
        return {
            "pakket": str(self.path),
            "opdracht": manifest.opdracht,
            "stukken": manifest.stukken,
            "paginas": manifest.paginas,
            "vellen": manifest.vellen,
            "bytes": manifest.inhoud.bytes,
            "sha256": manifest.inhoud.sha256,
            "ondertekenaar": manifest.ondertekenaar,
            "ontvangers": list(manifest.ontvangers),
            "synthetisch": manifest.synthetisch,
            "test": ticket.test,
            "proef_vereist": ticket.proef_vereist,
            "proef": [piece.volgnummer for piece in ticket.proef],
            "controlebrieven": ticket.totalen.controlebrieven,
            "golven": [wave.model_dump(mode="json") for wave in ticket.golven],
            "waarschuwingen": list(ticket.port.waarschuwingen),
        }


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What verification found. ``manifest`` is None when its signature does not vouch for it.

    ``opened``: the content was checked too, not only the clear part. ``approved``: an approval of the proof was given
    and holds; None: none was given. ``proof_required``: the content says that it needs one; None: not known.
    """

    manifest: PackageManifest | None
    opened: bool
    faults: tuple[RefusedError, ...]
    approved: bool | None = None
    proof_required: bool | None = None

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def synthetic(self) -> bool:
        """Whether the package says that it is synthetic."""
        return self.manifest is not None and self.manifest.synthetisch

    def as_json(self) -> dict[str, object]:
        """The JSON form that CLI.md fixes; what nobody vouches for is null."""
        manifest = self.manifest
        return {
            "geldig": self.valid,
            "synthetisch": manifest.synthetisch if manifest else None,
            "stukken": manifest.stukken if manifest else None,
            "paginas": manifest.paginas if manifest else None,
            "sha256": manifest.inhoud.sha256 if manifest else None,
            "ondertekenaar": manifest.ondertekenaar if manifest else None,
            "proef_vereist": self.proof_required,
            "goedgekeurd": self.approved,
            "fouten": [f"{fault.code}: {fault}" for fault in self.faults],
        }


def make_package(
    letters: Path,
    out: Path,
    *,
    recipients: Sequence[Path],
    sign_key: Path,
    job: JobInfo,
    policy: PrintPolicy,
    synthetic: bool,
    remember: Callable[[PackageManifest, Mapping[int, int]], None] | None = None,
) -> PackageSummary:
    """Seal a folder of letters (``brieven-0001.pdf`` …, ``stukken.csv``) into the new folder *out*.

    *recipients* are files with print shops' age keys, *sign_key* VUTG's Ed25519 key. *remember* is told of the package
    (its manifest, and the batch of each sequence number) before it gets its name: what it raises, nobody has it. Memory
    grows with the number of letters (some 400 bytes each), not with their size. After any error nothing is left.
    Raises UsageError (E210 *out* exists, E220 and E221 signing key, E240–E243 recipients, E247 letters), RefusedError
    (E551, E552, E555, E556, E585 letters).
    """
    readers = read_recipients(recipients)
    key = read_private_key(sign_key)
    content = gather(letters, job, policy, synthetic=synthetic)
    with new_directory(out) as folder:
        manifest = _seal(content, folder, readers, key)
        if remember is not None:
            remember(manifest, content.batches)
    return PackageSummary(out, manifest, content.ticket)


def reprint(
    letters: Path,
    sequences: Collection[int],
    out: Path,
    *,
    recipients: Sequence[Path],
    sign_key: Path,
    job: JobInfo,
    policy: PrintPolicy,
    synthetic: bool,
    remember: Callable[[PackageManifest, Mapping[int, int]], None] | None = None,
) -> PackageSummary:
    """Seal a reprint: *letters* holds the letters with these sequence numbers, rendered again, and no other.

    Pages are not cut out of the first package: that would lose the structure of the PDF (output intent, document
    parts), while rendering gives the same bytes again. Raises as :func:`make_package`, and UsageError (E248 the job
    does not say what it reprints), RefusedError (E553 other letters than asked for).
    """
    if job.reprint_of is None:
        raise UsageError("E248", "Een herdruk noemt de opdracht waarvan hij een herdruk is.")
    found = {piece.sequence for piece in read_letters(letters)}
    different = sorted(found ^ set(sequences))
    if different:
        shown = ", ".join(str(sequence) for sequence in different[:10]) + (" …" if len(different) > 10 else "")
        raise RefusedError(
            "E553",
            f"De map bevat andere brieven dan gevraagd voor de herdruk. Te veel of te weinig: volgnummer {shown}. Maak "
            "alleen de gevraagde brieven opnieuw.",
        )
    return make_package(
        letters,
        out,
        recipients=recipients,
        sign_key=sign_key,
        job=job,
        policy=policy,
        synthetic=synthetic,
        remember=remember,
    )


def verify_package(
    path: Path, trusted: Sequence[Path], identity: Path | None = None, approval: Path | None = None
) -> VerifyReport:
    """Verify a package: without *identity* the clear part and the sealed file's hash, with it everything.

    *approval*: the signed approval of the proof, checked as well. The content is unsealed into a private temporary
    folder (``TMPDIR``) that is removed again. Raises UsageError for keys that cannot be read and for a *path* that is
    no folder (E246); everything else is in the report.
    """
    keys = [read_public_key(file) for file in trusted]
    secret = read_identity(identity) if identity else None
    try:
        manifest = read_manifest(path, keys)
    except RefusedError as error:
        return VerifyReport(None, opened=False, faults=(error,))
    faults: tuple[RefusedError, ...] = ()
    opened, proof = False, None
    try:
        if secret is None:
            with open_part(path, SEALED) as stream:
                check_sealed(stream, manifest)
        else:
            with working_directory() as folder:
                checksums = _unseal(path, manifest, secret, folder)
                faults = tuple(content_faults(folder, checksums, manifest))
                opened = True
                proof = None if faults else read_ticket(folder).proef_vereist
    except RefusedError as error:
        faults = (error,)
    if approval is None:
        return VerifyReport(manifest, opened, faults, None, proof)
    try:
        read_approval(approval, manifest, keys)
    except RefusedError as error:
        return VerifyReport(manifest, opened, (*faults, error), False, proof)
    return VerifyReport(manifest, opened, faults, not faults, proof)


def package_ticket(path: Path, identity: Path, trusted: Sequence[Path]) -> JobTicket:
    """The job ticket of a package, everything verified first. Raises as :func:`open_package`; writes nothing."""
    keys = [read_public_key(file) for file in trusted]
    secret = read_identity(identity)
    manifest = read_manifest(path, keys)
    with working_directory() as folder:
        return _verified(path, manifest, secret, folder)


def open_package(
    path: Path, out: Path, identity: Path, trusted: Sequence[Path], memory: Path | None = None
) -> PackageSummary:
    """Open a package into the new folder *out*, which appears only when everything is verified.

    *memory*: a folder that remembers the jobs that were opened with it; none is opened twice. Raises UsageError (E210
    *out* exists, E241 and E245 secret key, E246 no package), RefusedError (E540–E550, E584 opened before). After any
    error nothing is left.
    """
    keys = [read_public_key(file) for file in trusted]
    secret = read_identity(identity)
    manifest = read_manifest(path, keys)
    opened = None if memory is None else private_directory(memory) / f"{manifest.opdracht}.geopend"
    if opened is not None and opened.exists():
        raise _opened_before(manifest, opened)
    with new_directory(out) as folder:
        ticket = _verified(path, manifest, secret, folder)
        if opened is not None:
            _remember(opened, manifest)
    return PackageSummary(out, manifest, ticket)


def _remember(path: Path, manifest: PackageManifest) -> None:
    """Note that a job is opened, before its folder gets a name: of two at the same time, one is refused."""
    try:
        with new_file(path) as stream:
            stream.write(f"{manifest.inhoud.sha256}\n".encode())
    except UsageError:
        raise _opened_before(manifest, path) from None


def _opened_before(manifest: PackageManifest, path: Path) -> RefusedError:
    return RefusedError(
        "E584",
        f"Opdracht {manifest.opdracht} is hier al eens geopend, en elke opdracht wordt één keer gedrukt. Druk niets en "
        f"verwittig VUTG. Is de eerste keer niets gedrukt, haal dan {path.name} weg en open opnieuw.",
    )


def _verified(path: Path, manifest: PackageManifest, secret: pyrage.x25519.Identity, folder: Path) -> JobTicket:
    checksums = _unseal(path, manifest, secret, folder)
    for fault in content_faults(folder, checksums, manifest):
        raise fault
    return read_ticket(folder)


def _seal(content: Content, folder: Path, readers: Sequence[Recipient], key: Ed25519PrivateKey) -> PackageManifest:
    with _new_private(folder / SEALED) as stream:
        sealed = encrypt(ArchiveReader(content.members), stream, readers)
    counts = content.ticket.totalen
    manifest = PackageManifest(
        opdracht=content.ticket.opdracht,
        synthetisch=content.ticket.synthetisch,
        stukken=counts.stukken,
        paginas=counts.paginas,
        vellen=counts.vellen,
        inhoud=SealedPart(bytes=sealed.size, sha256=sealed.sha256),
        ontvangers=sorted(reader.fingerprint for reader in readers),
        ondertekenaar=fingerprint(key.public_key()),
    )
    data = manifest.as_bytes()
    for name, part in ((MANIFEST, data), (SIGNATURE, key.sign(data))):
        with _new_private(folder / name) as stream:
            stream.write(part)
    _read_back(folder, key.public_key())
    return manifest


def _read_back(folder: Path, key: Ed25519PublicKey) -> None:
    manifest = read_manifest(folder, [key])
    with open_part(folder, SEALED) as stream:
        check_sealed(stream, manifest)


def _new_private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w+b")


def _unseal(path: Path, manifest: PackageManifest, secret: pyrage.x25519.Identity, folder: Path) -> Mapping[str, str]:
    if recipient_of(secret).fingerprint not in manifest.ontvangers:
        raise wrong_key()
    with open_part(path, SEALED) as stream, closing(ArchiveWriter(folder)) as archive:
        check_sealed(stream, manifest)
        # Compared again with what was really decrypted: the file may change between the two.
        compare_sealed(decrypt(stream, archive, secret), manifest)
        archive.finish()
        return archive.checksums
