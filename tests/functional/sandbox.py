"""Start a program under what a systemd unit asks for, as far as that goes without systemd.

``python sandbox.py UNIT WRITABLE… -- PROGRAM …``: no new privileges, no capabilities, the unit's system calls and
address families, no memory that is both written and executed, umask, no core files; as root also a file system on which
only the WRITABLE folders can be written, and a ``/proc`` of processes alone.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
SECCOMP = ctypes.CDLL("libseccomp.so.2")
SECCOMP.seccomp_init.restype = ctypes.c_void_p

_NEW_MOUNTS = 0x00020000
_READ_ONLY, _BIND, _REMOUNT, _RECURSIVE, _PRIVATE = 0x1, 0x1000, 0x20, 0x4000, 0x40000
_CAPABILITY_DROP, _NO_NEW_PRIVILEGES, _DENY_WRITE_EXECUTE = 24, 38, 65
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_EPERM = 1
_EQUAL = 4
_CAPABILITIES = 41
"""As many as Linux has had since 5.9."""


class Argument(ctypes.Structure):
    """``struct scmp_arg_cmp``."""

    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def settings_of(unit: Path) -> dict[str, list[str]]:
    """The settings of a unit, each with its values in order."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def system_calls(filters: Iterable[str]) -> set[str]:
    """The system calls that ``SystemCallFilter`` lines leave, groups written out; what any process needs included."""
    allowed = set(_members("@default"))
    for line in filters:
        refused = line.startswith("~")
        named = {name for word in line.removeprefix("~").split() for name in _members(word)}
        allowed = allowed - named if refused else allowed | named
    return allowed


def _members(word: str) -> Iterator[str]:
    if not word.startswith("@"):
        yield word
        return
    told = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True)
    for line in told.stdout.splitlines()[1:]:
        name = line.strip()
        if name and not name.startswith("#"):
            yield from _members(name)


def _checked(result: int, what: str) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), what)


def _mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    given = [None if each is None else os.fsencode(each) for each in (source, target, kind)]
    _checked(LIBC.mount(*given, ctypes.c_ulong(flags), os.fsencode(data)), f"mount {target}")


def only_writable(folders: Iterable[Path]) -> None:
    """Make every file system read-only for this process, but for *folders*."""
    _checked(LIBC.unshare(_NEW_MOUNTS), "unshare")
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    for folder in folders:
        _mount(str(folder), str(folder), None, _BIND)
    kept = {str(folder) for folder in folders}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place = line.split()[4].encode().decode("unicode_escape")
        if place in kept or place.startswith(("/proc", "/sys", "/dev")):
            continue
        _mount("none", place, None, _BIND | _REMOUNT | _READ_ONLY)
    _mount("proc", "/proc", "proc", 0, "subset=pid,hidepid=invisible")
    # For PrivateTmp; not over /tmp, where tests keep what the program works with.
    _mount("tmpfs", "/var/tmp", "tmpfs", 0)


def filtered(allowed: set[str], families: Iterable[str], refusal: int) -> None:
    """Refuse every other system call, and sockets of other families."""
    context = ctypes.c_void_p(SECCOMP.seccomp_init(_REFUSE | refusal))
    for name in sorted(allowed - {"socket"}):
        number = SECCOMP.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            _checked(SECCOMP.seccomp_rule_add_array(context, _ALLOW, number, 0, None), name)
    number = SECCOMP.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        wanted = (Argument * 1)(Argument(0, _EQUAL, getattr(socket, family), 0))
        _checked(SECCOMP.seccomp_rule_add_array(context, _ALLOW, number, 1, wanted), family)
    _checked(SECCOMP.seccomp_load(context), "seccomp_load")


def main(words: list[str]) -> None:
    split = words.index("--")
    unit, *writable = words[:split]
    asked = settings_of(Path(unit))
    allowed = system_calls(asked["SystemCallFilter"])
    if os.geteuid() == 0 and asked["ProtectSystem"] == ["strict"]:
        only_writable([Path(each) for each in writable])
    os.umask(int(asked["UMask"][0], 8))
    assert asked["LimitCORE"] == ["0"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    assert asked["CapabilityBoundingSet"] == [""]
    if os.geteuid() == 0:
        for capability in range(_CAPABILITIES):
            _checked(LIBC.prctl(_CAPABILITY_DROP, capability, 0, 0, 0), "prctl")
    assert asked["NoNewPrivileges"] == asked["MemoryDenyWriteExecute"] == ["yes"]
    _checked(LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    _checked(LIBC.prctl(_DENY_WRITE_EXECUTE, 1, 0, 0, 0), "prctl")
    assert asked["SystemCallErrorNumber"] == ["EPERM"]
    filtered(allowed | {"execve"}, asked["RestrictAddressFamilies"][0].split(), _EPERM)
    os.execv(words[split + 1], words[split + 1 :])


if __name__ == "__main__":
    main(sys.argv[1:])
