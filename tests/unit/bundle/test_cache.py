"""What compiled code is kept, and who gets it."""

from __future__ import annotations

import marshal
import os
from pathlib import Path

import pytest

from remora.bundle import Bundle
from remora.bundle.cache import KEPT, SIZE_LIMIT
from remora.inject.process import origin_of

HELLO = {"tag": "cpython-311", "magic": "a70d0d0a"}
ORIGIN = "0:1:2:3"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "package"
    for name in ("dap", "agent"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text("")
    (package / "agent" / "boot.py").write_text("def start(sock, hello): ...\n")
    return package


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


@pytest.fixture
def bundle(directory: Path, root: Path) -> Bundle:
    return Bundle(directory, root)


def test_text_until_something_was_compiled(bundle: Bundle) -> None:
    assert bundle.blob(HELLO, ORIGIN) == bundle.source
    assert "_remora.agent.boot" in marshal.loads(bundle.source)["modules"]
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    assert bundle.blob(HELLO, ORIGIN) == b"compiled"


@pytest.mark.parametrize(
    ("hello", "origin"),
    [
        ({**HELLO, "tag": "cpython-312"}, ORIGIN),
        ({**HELLO, "magic": "00000000"}, ORIGIN),
        (HELLO, "1000:1:2:3"),
        (HELLO, None),
        ({"tag": "../../x"}, ORIGIN),
    ],
)
def test_compiled_code_is_for_its_like_alone(
    bundle: Bundle, hello: dict[str, str], origin: str | None
) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    assert bundle.blob(hello, origin) == bundle.source


def test_compiled_code_of_other_sources_is_not_used(bundle: Bundle, directory: Path, root: Path) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    (root / "agent" / "boot.py").write_text("def start(sock, hello): return\n")
    changed = Bundle(directory, root)
    assert changed.blob(HELLO, ORIGIN) == changed.source


@pytest.mark.parametrize("blob", [b"", bytes(SIZE_LIMIT + 1)], ids=["empty", "too large"])
def test_what_is_no_bundle_is_not_kept(bundle: Bundle, directory: Path, blob: bytes) -> None:
    bundle.compiled(HELLO, blob, ORIGIN)
    assert not directory.exists()


def test_text_is_made_once(
    bundle: Bundle, directory: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = bundle.source
    monkeypatch.setattr("remora.bundle.build.build", None)
    assert Bundle(directory, root).source == text


def test_without_origin_nothing_is_kept(bundle: Bundle, directory: Path) -> None:
    bundle.compiled(HELLO, b"compiled")
    assert not directory.exists()


def test_only_the_owner_reads_and_writes(bundle: Bundle, directory: Path) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    [file] = directory.iterdir()
    assert directory.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o644])
def test_file_that_others_may_touch_is_not_read(bundle: Bundle, directory: Path, mode: int) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    [file] = directory.iterdir()
    file.chmod(mode)
    assert bundle.blob(HELLO, ORIGIN) == bundle.source


def test_directory_that_others_may_touch_is_not_used(bundle: Bundle, directory: Path) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    [file] = directory.iterdir()
    directory.chmod(0o770)
    assert bundle.blob(HELLO, ORIGIN) == bundle.source
    bundle.compiled(HELLO, b"newer", ORIGIN)
    assert file.read_bytes() == b"compiled"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_another_user_owns_is_not_used(bundle: Bundle, directory: Path, what: str) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    [file] = directory.iterdir()
    os.chown(file if what == "file" else directory, 12345, 12345)
    assert bundle.blob(HELLO, ORIGIN) == bundle.source


def test_link_is_not_followed(bundle: Bundle, directory: Path, tmp_path: Path) -> None:
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    [file] = directory.iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert bundle.blob(HELLO, ORIGIN) == bundle.source


def test_cache_that_cannot_be_is_done_without(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    bundle = Bundle(tmp_path / "file" / "cache", root)
    bundle.compiled(HELLO, b"compiled", ORIGIN)
    assert bundle.blob(HELLO, ORIGIN) == bundle.source


def test_number_of_files_is_bounded(bundle: Bundle, directory: Path) -> None:
    for number in range(KEPT + 3):
        bundle.compiled({**HELLO, "tag": str(number)}, b"compiled", ORIGIN)
    (directory / "of something else").touch()
    assert len(list(directory.iterdir())) == KEPT + 1
    assert bundle.blob({**HELLO, "tag": str(KEPT + 2)}, ORIGIN) == b"compiled"


def test_default_place(monkeypatch: pytest.MonkeyPatch, root: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    Bundle(root=root).compiled(HELLO, b"compiled", ORIGIN)
    assert len(list((tmp_path / "xdg" / "remora").iterdir())) == 1


def test_origin_is_that_of_the_kernel() -> None:
    uid, device, inode, _ = origin_of(os.getpid()).split(":")
    assert int(uid) == os.geteuid()
    assert (int(device), int(inode)) == (os.stat("/").st_dev, os.stat("/").st_ino)
    with pytest.raises(OSError, match="No such"):
        origin_of(2**22 + 1)
