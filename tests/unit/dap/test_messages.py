"""Envelopes."""

from __future__ import annotations

from remora.dap import errors, messages

REQUEST = {"seq": 7, "type": "request", "command": "threads"}


def test_response_answers_its_request() -> None:
    expected = {"seq": 0, "type": "response", "request_seq": 7, "command": "threads", "success": True}
    assert messages.response(REQUEST) == expected
    assert messages.response(REQUEST, {"threads": []}) == {**expected, "body": {"threads": []}}


def test_error_response_carries_the_catalogue_entry() -> None:
    response = messages.error_response(REQUEST, errors.not_stopped())
    assert response["success"] is False
    assert response["message"] == "notStopped"
    assert response["body"]["error"]["id"] == 1101


def test_request_without_number_or_command_is_still_answered() -> None:
    response = messages.error_response({"type": "request"}, errors.unknown_command(""))
    assert (response["request_seq"], response["command"]) == (0, "")


def test_event_and_request_leave_out_what_is_not_there() -> None:
    assert messages.event("initialized") == {"seq": 0, "type": "event", "event": "initialized"}
    assert messages.request("threads") == {"seq": 0, "type": "request", "command": "threads"}
    assert messages.request("pause", {"threadId": 1})["arguments"] == {"threadId": 1}


def test_sequence_counts_from_one() -> None:
    sequence = messages.Sequence()
    assert [sequence.number(messages.event("output"))["seq"] for _ in range(3)] == [1, 2, 3]
