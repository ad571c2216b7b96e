"""The directory of sessions: whose it is, and what stays in it."""

from __future__ import annotations

import os
import socket
from contextlib import closing
from pathlib import Path

import pytest

from remora import sessions

NOBODY = 65534


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REMORA_RUNTIME_DIR", str(tmp_path / "sessions"))
    return tmp_path / "sessions"


def names(place: Path) -> list[str]:
    return sorted(os.listdir(place))


def test_it_is_made_private(place: Path) -> None:
    assert sessions.directory() == str(place)
    assert sessions.directory() == str(place)
    assert place.stat().st_mode & 0o777 == 0o700


def test_it_is_below_the_runtime_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REMORA_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert sessions.directory() == f"{tmp_path}/remora"


@pytest.mark.parametrize("trouble", ["missing", "of another user"])
def test_another_ones_runtime_directory_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    runtime = tmp_path / "runtime"
    if trouble == "of another user":
        runtime.mkdir()
        os.chown(runtime, NOBODY, NOBODY)
    monkeypatch.delenv("REMORA_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    assert sessions.program_socket(7) == f"/tmp/remora-{os.geteuid()}/program-7"


def test_a_link_is_refused(place: Path) -> None:
    place.symlink_to(place.parent)
    with pytest.raises(sessions.Unusable, match="is a link; remove it"):
        sessions.directory()


def test_a_file_is_refused(place: Path) -> None:
    place.touch()
    with pytest.raises(sessions.Unusable, match="is no directory"):
        sessions.directory()


def test_one_of_another_user_is_refused(place: Path) -> None:
    place.mkdir(0o700)
    os.chown(place, NOBODY, NOBODY)
    with pytest.raises(sessions.Unusable, match="belongs to another user"):
        sessions.directory()


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_one_that_is_open_to_others_is_refused(place: Path, mode: int) -> None:
    place.mkdir()
    place.chmod(mode)
    for use in (sessions.directory, lambda: sessions.listen(sessions.listener_socket(1))):
        with pytest.raises(sessions.Unusable, match=f"chmod 700 {place}"):
            use()


def test_who_listens_can_be_connected_to(place: Path) -> None:
    with closing(sessions.listen(sessions.listener_socket(1027))) as listener:
        assert names(place) == ["listener-1027"]
        with sessions.connect(sessions.listener_socket(1027)) as sock:
            assert sessions.peer(sock) == (os.getpid(), os.geteuid())
            accepted, _ = listener._accept()  # type: ignore[attr-defined]
            with socket.socket(fileno=accepted) as other:
                other.sendall(b"hello")
                assert sock.recv(5) == b"hello"


def test_a_path_of_any_length_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_RUNTIME_DIR", str(tmp_path / ("x" * 200)))
    with (
        closing(sessions.listen(sessions.program_socket(7))),
        sessions.connect(sessions.program_socket(7)) as sock,
    ):
        assert sessions.peer(sock)[0] == os.getpid()


def test_two_cannot_listen_at_one_place(place: Path) -> None:
    with closing(sessions.listen(sessions.listener_socket(1))):
        with pytest.raises(FileExistsError, match="somebody listens"):
            sessions.listen(sessions.listener_socket(1))
        assert names(place) == ["listener-1"]


def test_what_is_stale_is_replaced(place: Path) -> None:
    sessions.listen(sessions.listener_socket(1)).close()
    assert names(place) == ["listener-1"]
    with closing(sessions.listen(sessions.listener_socket(1))), sessions.connect(sessions.listener_socket(1)):
        assert names(place) == ["listener-1"]


def test_what_is_stale_is_removed_by_who_meets_it(place: Path) -> None:
    sessions.listen(sessions.listener_socket(1)).close()
    with pytest.raises(ConnectionRefusedError):
        sessions.connect(sessions.listener_socket(1))
    assert names(place) == []
    with pytest.raises(FileNotFoundError):
        sessions.connect(sessions.listener_socket(1))


def test_a_port_leads_to_a_program(place: Path) -> None:
    with closing(sessions.listen(sessions.program_socket(7))):
        assert sessions.link(1027, 8) == sessions.port_link(1027)
        sessions.link(1027, 7)
        assert names(place) == ["port-1027", "program-7"]
        sessions.connect(sessions.port_link(1027)).close()
        found = [(entry.kind, entry.number, entry.uid) for entry in sessions.entries()]
        assert {("port", 1027, os.geteuid()), ("program", 7, os.geteuid())} <= set(found)
        assert sessions.program_of(1027) == 7
    sessions.remove(sessions.program_socket(7))
    with pytest.raises(FileNotFoundError):
        sessions.connect(sessions.port_link(1027))
    assert names(place) == []
    assert sessions.program_of(1027) is None


def test_a_port_whose_program_was_killed_is_stale(place: Path) -> None:
    sessions.listen(sessions.program_socket(7)).close()
    sessions.link(1027, 7)
    with pytest.raises(ConnectionRefusedError):
        sessions.connect(sessions.port_link(1027))
    assert "port-1027" not in names(place)


def test_a_program_is_only_found_under_its_own_number(place: Path) -> None:
    """Whoever may write to a user's directory could have any socket taken for a program's."""
    with closing(sessions.listen(sessions.program_socket(1))):
        assert sessions.dial_program(1) is None
    with closing(sessions.listen(sessions.program_socket(os.getpid()))):
        found = sessions.dial_program(os.getpid())
        assert found is not None
        found.close()


def test_no_process_has_no_door() -> None:
    assert sessions.dial_program(2**22 + 1) is None


def test_programs_that_have_ended_are_forgotten(place: Path) -> None:
    sessions.listen(sessions.program_socket(2**22 + 1)).close()
    sessions.listen(sessions.program_socket(os.getpid())).close()
    sessions.link(1027, 2**22 + 2)
    sessions.forget_stale()
    assert names(place) == [f"program-{os.getpid()}"]


def test_a_sockets_time_limit_is_that_of_nobody(place: Path) -> None:
    socket.setdefaulttimeout(0.01)
    try:
        with closing(sessions.listen(sessions.listener_socket(1))) as listener:
            assert listener.gettimeout() is None
            with sessions.connect(sessions.listener_socket(1)) as sock:
                assert sock.gettimeout() is None
    finally:
        socket.setdefaulttimeout(None)


def test_a_queue_that_is_full_is_not_waited_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "BACKLOG", 0)
    path = sessions.listener_socket(1)
    with closing(sessions.listen(path)), sessions.connect(path):
        with pytest.raises(BlockingIOError):
            sessions.connect(path)
        assert names(place) == ["listener-1"]
