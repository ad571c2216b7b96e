"""Install what the tests need and this machine lacks: programs, interpreters, a Debian tree, node packages.

    python -m tests.support.install

Prints what it does, which is nothing where nothing is missing.  Programs and
the tree need root, or sudo without a password.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from . import pythons

#: Program → the Debian package that has it.
PROGRAMS = {
    "debootstrap": "debootstrap",
    "chroot": "coreutils",
    "gcore": "gdb",
    "ip": "iproute2",
    "node": "nodejs",
    "npm": "npm",
    "setpriv": "util-linux",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "unshare": "util-linux",
    "tmux": "tmux",
}

#: Directories that a user's PATH may lack.
_FOR_ROOT = "/usr/local/sbin:/usr/sbin:/sbin"


class CannotInstall(Exception):
    """Something is missing and there is no way to get it here; the text says what to do."""


def main() -> int:
    os.environ["PATH"] += ":" + _FOR_ROOT
    try:
        install_programs()
        install_interpreters()
        install_node_packages(pythons.CHECKOUT / "editors" / "vscode")
        if any(name.endswith("-debian") for name in pythons.missing()):
            build_debian_tree(pythons.debian_tree())
    except (CannotInstall, subprocess.CalledProcessError) as error:
        print(f"install: {error}", file=sys.stderr)
        return 1
    found = set(map(str, pythons.find()))
    still_missing = [name for name in pythons.missing() if name not in found]
    if still_missing:
        print(f"install: still missing: {', '.join(still_missing)}", file=sys.stderr)
    return bool(still_missing)


def install_programs() -> None:
    packages = sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)})
    if not packages:
        return
    if not shutil.which("apt-get"):
        raise CannotInstall(f"install these by hand: {', '.join(packages)}")
    print("installing", *packages, flush=True)
    as_root("apt-get", "-qq", "update")
    as_root("apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages)


def install_interpreters() -> None:
    for version in [name for name in pythons.missing() if not name.endswith("-debian")]:
        print(f"installing Python {version}", flush=True)
        if not any(installed(command) for command in _installers(version)):
            raise CannotInstall(f"install Python {version}, with pyenv or uv, or as python{version} on PATH")


def install_node_packages(folder: Path) -> None:
    """What package-lock.json lists, exactly, unless that is there."""
    listed, present = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if present.exists() and present.stat().st_mtime >= listed.stat().st_mtime:
        return
    print("installing what builds and tests the VS Code extension", flush=True)
    run(["npm", "ci", "--silent", "--prefix", str(folder)])


def _installers(version: str) -> list[list[str]]:
    uv = str(Path(sys.executable).with_name("uv"))
    pyenv = [["pyenv", "install", "--skip-existing", version]] if shutil.which("pyenv") else []
    return [*pyenv, [uv, "python", "install", "--quiet", "--no-bin", version]]


def installed(command: Sequence[str]) -> bool:
    if command[0].endswith("uv"):
        run([sys.executable, "-m", "pip", "install", "--quiet", "uv"])
    return subprocess.run(command).returncode == 0


def build_debian_tree(tree: Path) -> None:
    """A Debian sid with its Pythons, whole or not at all: made under another name, then renamed."""
    print("building a Debian tree (once, half a minute)", flush=True)
    tree.parent.mkdir(parents=True, exist_ok=True)
    unfinished = tree.with_name(f"{tree.name}.{os.getpid()}")
    packages = "--include=" + ",".join(f"python{version}" for version in pythons.IN_DEBIAN)
    command = ["debootstrap", "--variant=minbase", packages, "sid", str(unfinished), *mirror()]
    log = tree.with_name("debootstrap.log")
    try:
        with log.open("w") as out:
            as_root(*command, out=out.fileno())
        if tree.exists():
            as_root("rm", "-rf", "--one-file-system", str(tree))
        as_root("mv", "-T", str(unfinished), str(tree))
    except subprocess.CalledProcessError:
        raise CannotInstall(f"debootstrap failed: see {log}") from None
    finally:
        as_root("rm", "-rf", "--one-file-system", str(unfinished))


def mirror() -> list[str]:
    """Where this machine's own packages come from, if it is a Debian; else debootstrap knows a mirror."""
    formatted = ["--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"]
    lines = subprocess.check_output(["apt-get", "indextargets", *formatted], text=True).splitlines()
    return [uri for label, _, uri in (line.partition(" ") for line in lines) if label == "Debian"][:1]


def as_root(*command: str, out: int | None = None) -> None:
    run([*([] if os.geteuid() == 0 else ["sudo", "-n"]), *command], out)


def run(command: Sequence[str], out: int | None = None) -> None:
    subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, stdout=out, stderr=out and subprocess.STDOUT
    )


if __name__ == "__main__":
    sys.exit(main())
