"""Makes a virtual environment and brings it to a hash-locked list; `./run` calls it first.

Only the standard library: this file runs before anything is installed.
Usage: python requirements/sync.py FOLDER LIST   (LIST is embedded or dev)
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "requirements"
STAMP = "assay-lock"


def main() -> int:
    """Bring the environment up to its list; exit code 1 with one sentence when that fails."""
    folder, name = ROOT / sys.argv[1], sys.argv[2]
    wanted = _digest(folder, name)
    if _stamp(folder) == wanted:
        return 0
    try:
        with _lock(folder):
            if _stamp(folder) != wanted:
                _build(folder, name)
                (folder / STAMP).write_text(wanted)
    except OSError as refusal:
        return _refuse(f"cannot write {folder}: {refusal.strerror or refusal}.")
    except subprocess.CalledProcessError as refusal:
        return _refuse(_failure(refusal))
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"assay: {sentence}\n")
    return 1


def _digest(folder: Path, name: str) -> str:
    """Everything that, when it changes, makes the environment out of date."""
    digest = hashlib.sha256(f"{folder}\n{sys.version}\n{sys.base_prefix}\n".encode())
    for path in (LISTS / "uv.txt", LISTS / f"{name}.txt"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(folder: Path) -> str:
    stamp = folder / STAMP
    return stamp.read_text() if stamp.exists() and _python(folder).exists() else ""


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


class _lock:  # noqa: N801 - reads as a verb phrase where it is used
    """Two `./run` at the same time must not install into one folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder.with_name(folder.name + ".lock")

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _build(folder: Path, name: str) -> None:
    _say(f"preparing {folder.name} (once for each change of the locked list) ...")
    (folder / STAMP).unlink(missing_ok=True)
    if not _is_made_by_this_python(folder):
        _make(folder)
    python = str(_python(folder))
    _run([python, "-m", "pip", "install", "-q", "--no-input", "--disable-pip-version-check",
          "--require-hashes", "-r", str(LISTS / "uv.txt")])  # fmt: skip
    keep = _merged(folder, name)
    _run([python, "-m", "uv", "pip", "sync", "-q", "--python", python,
          "--require-hashes", str(keep)])  # fmt: skip


def _merged(folder: Path, name: str) -> Path:
    """The list plus uv itself, which `uv pip sync` would otherwise remove."""
    merged = folder / "assay-list.txt"
    merged.write_text((LISTS / f"{name}.txt").read_text() + (LISTS / "uv.txt").read_text())
    return merged


def _is_made_by_this_python(folder: Path) -> bool:
    if not _python(folder).exists():
        return False
    seen = subprocess.run(
        [str(_python(folder)), "-c", "import sys, pip; print(sys.version, sys.prefix)"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return seen.stdout.strip() == f"{sys.version} {folder}"


def _make(folder: Path) -> None:
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(folder)
    except subprocess.CalledProcessError as refusal:
        refusal.cmd = ["venv"]
        raise


def _run(command: list[str]) -> None:
    # Companies put a proxy with their own root certificate before the index; uv brings its own
    # list of roots and refuses such a proxy unless told to use the system's.
    settings = {"UV_SYSTEM_CERTS": "1", "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if "HOME" not in os.environ:
        settings["UV_CACHE_DIR"] = str(ROOT / ".local" / "uv-cache")
    subprocess.run(command, check=True, env={**settings, **os.environ})


def _failure(refusal: subprocess.CalledProcessError) -> str:
    if refusal.cmd == ["venv"]:
        return (
            f"{sys.executable} cannot make a virtual environment; "
            "install its venv package (on Debian and Ubuntu: apt-get install python3-venv)."
        )
    return (
        "the locked packages could not be installed; what the installer said stands above. "
        "Is the package index reachable from here?"
    )


def _say(text: str) -> None:
    sys.stderr.write(f"assay: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
