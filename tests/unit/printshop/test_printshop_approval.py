from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import write_key_pair
from groeibrief.printshop.approval import approve_package
from groeibrief.printshop.package import make_package, verify_package
from groeibrief.printshop.ticket import JobInfo

HANDBOOK = Path(__file__).parents[3] / "docs/handleiding-drukkerij.md"


@pytest.fixture
def approval(tmp_path, package, keys):
    path = tmp_path / "goedkeuring.json"
    approve_package(package, path, sign_key=keys.sign)
    return path


def test_an_approved_package_may_be_printed(package, keys, approval):
    report = verify_package(package, [keys.trusted], keys.secret, approval)
    assert (report.valid, report.proof_required, report.approved) == (True, True, True)
    assert report.as_json()["goedgekeurd"] is True


def test_a_package_says_that_its_proof_is_not_approved(package, keys):
    report = verify_package(package, [keys.trusted], keys.secret)
    assert (report.valid, report.proof_required, report.approved) == (True, True, None)


def test_approving_twice_gives_the_same_bytes(tmp_path, package, keys, approval):
    again = tmp_path / "opnieuw.json"
    approve_package(package, again, sign_key=keys.sign)
    assert again.read_bytes() == approval.read_bytes()
    assert (tmp_path / "opnieuw.json.sig").read_bytes() == (tmp_path / "goedkeuring.json.sig").read_bytes()


def test_an_approval_is_not_replaced(package, keys, approval):
    with pytest.raises(UsageError) as caught:
        approve_package(package, approval, sign_key=keys.sign)
    assert caught.value.code == "E210"


def test_an_approval_holds_for_one_package(tmp_path, letters, keys, policy, approval):
    other = tmp_path / "ander.pakket"
    make_package(
        letters, other, recipients=[keys.public], sign_key=keys.sign, job=JobInfo("opdracht-1"), policy=policy,
        synthetic=False,
    )  # fmt: skip
    report = verify_package(other, [keys.trusted], None, approval)
    assert (report.valid, report.approved) == (False, False)
    (fault,) = report.faults
    assert (fault.code, str(fault)) == (
        "E557",
        "goedkeuring.json: Deze goedkeuring hoort bij een ander pakket. Druk niets dan de proef en vraag VUTG de "
        "goedkeuring van dit pakket.",
    )


def test_an_altered_approval_is_refused(package, keys, approval):
    document = json.loads(approval.read_bytes())
    approval.write_text(json.dumps({**document, "opdracht": "opdracht-2"}, sort_keys=True, separators=(",", ":")))
    report = verify_package(package, [keys.trusted], None, approval)
    assert (report.approved, [fault.code for fault in report.faults]) == (False, ["E592"])


def test_the_approval_of_a_stranger_is_refused(tmp_path, package, keys):
    write_key_pair(tmp_path / "vreemd.key", tmp_path / "vreemd.pub")
    path = tmp_path / "vreemd.json"
    with pytest.raises(RefusedError) as caught:
        approve_package(package, path, sign_key=tmp_path / "vreemd.key")
    assert caught.value.code == "E541"
    from groeibrief.keys import read_public_key

    approve_package(package, path, sign_key=tmp_path / "vreemd.key", trusted=[read_public_key(keys.trusted)])
    report = verify_package(package, [keys.trusted], None, path)
    assert (report.approved, [fault.code for fault in report.faults]) == (False, ["E591"])


def test_a_package_that_is_not_whole_is_not_approved(tmp_path, package, keys):
    sealed = package / "inhoud.tar.age"
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(RefusedError) as caught:
        approve_package(package, tmp_path / "goedkeuring.json", sign_key=keys.sign)
    assert caught.value.code == "E543"
    assert not (tmp_path / "goedkeuring.json").exists()


def test_the_handbook_verifies_an_approval_without_groeibrief(tmp_path, package, keys, approval):
    (tmp_path / "vutg.pub").write_bytes(keys.trusted.read_bytes())
    [script] = re.findall(r"```bash\n(.*?)```", HANDBOOK.read_text(), re.DOTALL)
    answer = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.startswith(b"Signature Verified Successfully\n")
    manifest = package / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    assert subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, check=False).returncode == 1
