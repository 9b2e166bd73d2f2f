"""Where the embedded servers keep their files, and as whom they run."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from config.errors import StartRefused

LONGEST_SOCKET_PATH = 100  # bytes; the operating system's own limit is a little over that
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108 - survives a restart; our folder in it is 0711
SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 - only a short name for a 0700 folder of sockets


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating-system user the servers run as, where that is not ourselves."""

    name: str
    uid: int
    gid: int

    @property
    def popen_options(self) -> dict[str, object]:
        """Arguments for subprocess that make the child run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_user() -> ServerUser | None:
    """Return whom to run as when we are root, who PostgreSQL refuses; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise StartRefused(
        "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor "
        "'nobody' to run it as; start Assay as an ordinary user."
    )


def find(local: Path, user: ServerUser | None) -> Path:
    """Return the folder for server data, made if absent: inside `local` where that can be reached.

    A checkout below a private home cannot be reached by the user the servers drop to, and the
    home is not ours to open; then the data lie in /var/tmp and `local` keeps a pointer.
    """
    try:
        local.mkdir(parents=True, exist_ok=True)
        if user is None or _is_reachable(local, user):
            return local
        digest = hashlib.sha256(str(local).encode()).hexdigest()[:12]
        home = SHARED_TEMPORARY / f"assay-{digest}"
        own(home, None, mode=0o711)
        (local / "data-home").write_text(f"{home}\n")
    except OSError as refusal:
        raise StartRefused(
            f"cannot write below {local}: {refusal.strerror}; "
            "give a folder that can be written in ASSAY_DATA_DIR."
        ) from refusal
    return home


def socket_folder(cluster: Path, user: ServerUser | None, longest_name: str) -> Path:
    """Return a folder for sockets whose paths are short enough, made with mode 0700."""
    folder = cluster / "run"
    if len(os.fsencode(folder / longest_name)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
        folder = SHORT_TEMPORARY / f"assay-{digest}"
    own(folder, user)
    return folder


def own(folder: Path, user: ServerUser | None, mode: int = 0o700) -> None:
    """Make `folder` for `user` with `mode`; refuse one that somebody else has put there."""
    uid = os.geteuid() if user is None else user.uid
    try:
        folder.mkdir(parents=True, exist_ok=True)
        seen = folder.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in {uid, os.geteuid()}:
            raise StartRefused(f"{folder} belongs to somebody else; remove it and start again.")
        if user is not None:
            os.chown(folder, user.uid, user.gid)
        folder.chmod(mode)
    except OSError as refusal:
        raise StartRefused(f"cannot make the folder {folder}: {refusal.strerror}.") from refusal


def _is_reachable(folder: Path, user: ServerUser) -> bool:
    return all(_may_enter(step, user) for step in (folder, *folder.parents))


def _may_enter(folder: Path, user: ServerUser) -> bool:
    seen = folder.stat()
    if seen.st_uid == user.uid:
        return bool(seen.st_mode & stat.S_IXUSR)
    if seen.st_gid == user.gid:
        return bool(seen.st_mode & stat.S_IXGRP)
    return bool(seen.st_mode & stat.S_IXOTH)
