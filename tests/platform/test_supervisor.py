"""The supervisor: no port taken from others, no process left behind."""

import os
import socket
import sys
from pathlib import Path

import pytest

from config import supervisor
from config.environment import Process
from config.errors import StartRefused
from config.supervisor import Child


def _child(tmp_path: Path, program: str) -> Child:
    return Child(Process.WEB, [sys.executable, "-c", program], {}, tmp_path / "log")


def test_a_port_in_use_is_refused_with_a_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(StartRefused, match=f"port {port} is in use .* --port {port + 1}"):
            supervisor.refuse_port_in_use(port)


def test_a_free_port_is_accepted():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

    supervisor.refuse_port_in_use(port)


def test_stopping_ends_a_process_and_what_it_forked(tmp_path):
    child = _child(
        tmp_path,
        "import os, signal\n"
        "if os.fork() == 0:\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "    print(os.getpid(), flush=True)\n"
        "signal.alarm(60); signal.pause()\n",
    )
    child.start()
    while not child.log.read_text().strip():
        assert child.is_running()
    forked = int(child.log.read_text())

    supervisor.stop([child])

    assert not child.is_running()
    while True:  # the orphan is reaped by the system's first process, not by us
        try:
            state = Path(f"/proc/{forked}/stat").read_text().split()[2]
        except OSError:
            break
        if state == "Z":
            break


def test_a_web_server_that_ends_at_once_is_refused_with_its_last_words(tmp_path):
    child = _child(tmp_path, "print('no database here')")
    child.start()

    with pytest.raises(StartRefused, match="the web server did not start: no database here"):
        supervisor.wait_until_healthy(child, 1)

    assert child.is_hopeless()
    child.end()


def test_processes_left_by_a_killed_start_are_ended_and_others_are_not(tmp_path):
    ours = _child(tmp_path, "'config.'\nimport signal\nsignal.alarm(60); signal.pause()")
    ours.start()
    note = tmp_path / "processes.json"
    note.write_text(f"[{ours.pid}, {os.getppid()}]")

    supervisor.end_left_over(note)

    assert not note.exists()
    ours.end()
    assert os.getppid() > 0
