"""A home with throw-away keys, and a gateway to the programs of its user; modules may have others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.ssh import Gateway, Home


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with Home() as home:
        yield home


@pytest.fixture(scope="module")
def gateway(home: Home) -> Iterator[Gateway]:
    with home.gateway("serve", "--listen", "0") as gateway:
        yield gateway
