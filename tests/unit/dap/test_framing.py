"""Bytes to messages and back."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.dap.framing import HEADER_LIMIT, Decoder, FramingError, MessageError, encode

texts = st.text(st.characters())  # lone surrogates included
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda children: st.lists(children) | st.dictionaries(texts, children),
    max_leaves=20,
)
message_lists = st.lists(st.dictionaries(texts, values), max_size=5)


def in_pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[start:end] for start, end in pairwise(edges)]


@given(message_lists, st.lists(st.integers(0), max_size=20))
def test_messages_survive_being_cut_anywhere(sent: list[dict[str, Any]], cuts: list[int]) -> None:
    decoder = Decoder()
    pieces = in_pieces(b"".join(encode(message) for message in sent), cuts)
    assert [message for piece in pieces for message in decoder.feed(piece)] == sent
    assert decoder.at_border()


@given(st.binary(max_size=300), st.lists(st.integers(0), max_size=5))
def test_any_bytes_end_in_messages_or_our_errors(content: bytes, cuts: list[int]) -> None:
    decoder = Decoder()
    with suppress(FramingError, MessageError):
        for piece in in_pieces(content, cuts):
            assert all(isinstance(message, dict) for message in decoder.feed(piece))


@given(st.binary(max_size=60))
def test_decoder_goes_on_after_a_framed_message_of_any_content(content: bytes) -> None:
    decoder = Decoder()
    framed = b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
    try:
        messages = decoder.feed(framed + encode({"seq": 2}))
    except MessageError as error:
        messages = error.messages
    assert messages[-1] == {"seq": 2}


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 2\r\n\r\n",
        b"Content-Length: 2\n\n",
        b"Content-Length: 2\r\n\n",
        b"content-LENGTH:2\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nX: a: b\n\r\n",
    ],
)
def test_header_forms(header: bytes) -> None:
    content = header + b"{}"
    assert Decoder().feed(content) == [{}]
    decoder = Decoder()
    assert [message for byte in content for message in decoder.feed(bytes([byte]))] == [{}]


def test_content_is_counted_in_bytes() -> None:
    content = '{"é": "日本"}'.encode()
    assert Decoder().feed(b"Content-Length: %d\r\n\r\n%b" % (len(content), content)) == [{"é": "日本"}]


@pytest.mark.parametrize(
    ("received", "text"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "No Content-Length in a header ('GET / HTTP/1.1"),
        (b"\r\n\r\n", "No Content-Length in a header"),
        (b"Content-Length: \r\n\r\n", "Content-Length is '', not a number"),
        (b"Content-Length: -5\r\n\r\n", "Content-Length is '-5', not a number"),
        (b"Content-Length: 99999999999999999999\r\n\r\n", "not a number of bytes"),
        (b"Content-Length: 1001\r\n\r\n", "1001 bytes is announced; the limit is 1000"),
        (b"x" * HEADER_LIMIT, "No message header ends within 4096 bytes"),
    ],
)
def test_what_is_no_dap_is_refused_for_good(received: bytes, text: str) -> None:
    decoder = Decoder(message_limit=1000)
    for more in (received, b""):
        with pytest.raises(FramingError) as refusal:
            decoder.feed(more)
        assert text in str(refusal.value)


def test_header_may_fill_its_limit() -> None:
    header = b"X: " + b"x" * (HEADER_LIMIT - 3 - 2 - 19 - 2) + b"\r\nContent-Length: 2\r\n\r\n"
    assert len(header) == HEADER_LIMIT
    assert Decoder().feed(header + b"{}") == [{}]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "a value is expected at character 0"),
        (b"{", "property name"),
        (b"[1]", "it is of type list"),
        (b"{} x", "something follows the value at character 2"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": "\xff"}', "can't decode byte 0xff"),
        (b'{"a": ' + b"[" * 200_000, "nested too deep"),
    ],
)
def test_broken_message_is_told_with_the_good_ones_around_it(content: bytes, text: str) -> None:
    decoder = Decoder()
    framed = b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
    with pytest.raises(MessageError) as broken:
        decoder.feed(encode({"seq": 1}) + framed + encode({"seq": 3}))
    assert text in str(broken.value)
    assert broken.value.messages == [{"seq": 1}, {"seq": 3}]
    assert decoder.feed(encode({"seq": 4})) == [{"seq": 4}]


@pytest.mark.parametrize(
    ("value", "error"), [(float("nan"), ValueError), (b"", TypeError), (object(), TypeError)]
)
def test_what_json_cannot_say_is_not_sent(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        encode({"value": value})


def test_border() -> None:
    decoder = Decoder()
    whole = encode({"seq": 1})
    for end in range(1, len(whole)):
        decoder = Decoder()
        decoder.feed(whole[:end])
        assert not decoder.at_border()
    decoder.feed(whole[-1:])
    assert decoder.at_border()
