"""What a client gets of a picture that was made by hand: bodies, ids, refusals, newer pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from remora.client import Client, RequestFailed, Session
from remora.gateway.ide.picture.program import PictureProgram
from remora.observe.picture import Cycle, Frame, Link, Lock, Picture, Task, Thread, Variable, Wait

PICTURE = Picture(
    pid=None,
    core="/tmp/core",
    version="3.14.1",
    command="python app.py",
    threads=(
        Thread(
            tid=11,
            name="MainThread",
            is_main=True,
            frames=(
                Frame(
                    "inner",
                    "/srv/app.py",
                    3,
                    variables=(Variable("n", "7", is_argument=True), Variable("x", "[1, 2]")),
                ),
                Frame("outer", "<string>", 2, variables=()),
                Frame("main", "libpython.so", 0, language="native"),
            ),
            wait=Wait("lock", "waits for a lock", Lock(1, "Lock", owner=12, known_by="owner", name="a")),
        ),
        Thread(
            tid=12,
            name="worker",
            frames=(Frame("work", "/srv/app.py", 9, variables=(Variable("x", "5"),)),),
            holds_gil=True,
            wait=Wait("sleep", "sleeps"),
        ),
        Thread(tid=13, name=""),
    ),
)


def conversation(
    talk: Callable[[Session], Awaitable[None]],
    picture: Picture = PICTURE,
    later: Callable[[], Picture] = lambda: PICTURE,
    **supports: Any,
) -> None:
    async def run() -> None:
        program = PictureProgram(picture, later)
        assert program.stream is not None
        session = Session(await Client.open(program.stream))
        await session.start("attach", {}, client_arguments=supports)
        await session.wait_stop(5)
        await talk(session)
        await session.disconnect()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_stop_tells_what_it_is() -> None:
    async def talk(session: Session) -> None:
        stop = await session.wait_stop(5)
        assert (stop["reason"], stop["threadId"], stop["allThreadsStopped"]) == ("pause", 12, True)
        assert "core file /tmp/core from outside" in stop["text"]
        assert "GIL held by thread 12" in stop["text"]
        assert session.process is not None
        assert "systemProcessId" not in session.process

    conversation(talk)


def test_threads_stacks_and_variables() -> None:
    async def talk(session: Session) -> None:
        request = session.client.request
        threads = (await request("threads"))["threads"]
        assert [each["name"] for each in threads] == [
            "MainThread (waits for a lock)",
            "worker (holds the GIL; sleeps)",
            "thread 13",
        ]
        stack = await request("stackTrace", {"threadId": 11, "startFrame": 1, "levels": 1})
        assert stack["totalFrames"] == 3
        assert [(each["name"], each["source"]) for each in stack["stackFrames"]] == [
            ("outer", {"name": "<string>"})
        ]
        inner, outer, native = (await request("stackTrace", {"threadId": 11}))["stackFrames"]
        assert (inner["line"], inner["source"]["path"]) == (3, "/srv/app.py")
        assert native["presentationHint"] == "subtle"
        (scope,) = (await request("scopes", {"frameId": inner["id"]}))["scopes"]
        variables = await request("variables", {"variablesReference": scope["variablesReference"]})
        assert variables["variables"] == [
            {
                "name": name,
                "value": value,
                "variablesReference": 0,
                "presentationHint": {"attributes": ["readOnly"]},
            }
            for name, value in (("n", "7"), ("x", "[1, 2]"))
        ]
        assert (await request("scopes", {"frameId": outer["id"]}))["scopes"] == []
        assert (await request("stackTrace", {"threadId": 13}))["stackFrames"] == []
        hover = {"expression": " x ", "frameId": inner["id"], "context": "hover"}
        assert (await request("evaluate", hover))["result"] == "[1, 2]"

    conversation(talk)


def test_a_console_has_states_beside_names_and_arguments_apart() -> None:
    async def run() -> None:
        program = PictureProgram(PICTURE, lambda: PICTURE)
        assert program.stream is not None
        session = Session(await Client.open(program.stream))
        told: list[dict[str, Any]] = []
        session.client.on("output", told.append)
        await session.start(
            "attach", {"showArguments": True}, client_arguments={"supportsRemoraStopDetails": True}
        )
        await session.wait_stop(5)
        assert told == [], "a console shows the text of the stop"
        threads = (await session.client.request("threads"))["threads"]
        assert (threads[1]["name"], threads[1]["remoraState"]) == ("worker", "holds the GIL; sleeps")
        frame = (await session.client.request("stackTrace", {"threadId": 11}))["stackFrames"][0]
        scopes = (await session.client.request("scopes", {"frameId": frame["id"]}))["scopes"]
        names = []
        for scope in scopes:
            arguments = {"variablesReference": scope["variablesReference"]}
            body = await session.client.request("variables", arguments)
            names.append((scope["presentationHint"], [each["name"] for each in body["variables"]]))
        assert names == [("arguments", ["n"]), ("locals", ["x"])]
        await session.disconnect()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_there_is_nothing_to_cancel() -> None:
    async def talk(session: Session) -> None:
        assert await session.client.request("cancel", {"requestId": 1}) == {}

    conversation(talk)


@pytest.mark.parametrize(
    ("command", "arguments", "id"),
    [
        ("continue", {"threadId": 11}, 1605),
        ("next", {"threadId": 11}, 1605),
        ("pause", {"threadId": 11}, 1605),
        ("setVariable", {"variablesReference": 2, "name": "n", "value": "1"}, 1605),
        ("terminate", {}, 1605),
        ("disconnect", {"terminateDebuggee": True}, 1605),
        ("remora/openPrompt", {}, 1605),
        ("no such request", {}, 1605),
        ("evaluate", {"expression": "x + 1", "frameId": 1}, 1606),
        ("evaluate", {"expression": "x"}, 1606),
        ("remora/tasks", {}, 1002),
        ("stackTrace", {"threadId": 99}, 1201),
        ("stackTrace", {"threadId": "many"}, 1003),
        ("scopes", {"frameId": 99}, 1202),
        ("variables", {"variablesReference": 99}, 1203),
        ("source", {"source": {"path": "/etc/passwd"}, "sourceReference": 0}, 1301),
        ("source", {"source": {"name": "<string>"}, "sourceReference": 0}, 1301),
        ("remora/resolveSource", {"path": "other.py"}, 1302),
    ],
)
def test_what_it_cannot_do_is_refused(command: str, arguments: dict[str, Any], id: int) -> None:
    async def talk(session: Session) -> None:
        with pytest.raises(RequestFailed) as failed:
            await session.client.request(command, arguments)
        assert failed.value.id == id
        assert len((await session.client.request("threads"))["threads"]) == 3

    conversation(talk)


def test_breakpoints_are_taken_and_never_verified() -> None:
    async def talk(session: Session) -> None:
        for command, arguments in (
            ("setBreakpoints", {"source": {"path": "/srv/app.py"}, "breakpoints": [{"line": 3}]}),
            ("setFunctionBreakpoints", {"breakpoints": [{"name": "f"}]}),
            ("setExceptionBreakpoints", {"filters": ["raised"]}),
        ):
            (answer,) = (await session.client.request(command, arguments))["breakpoints"]
            assert answer == {"verified": False, "message": "nothing stops in a picture from outside"}

    conversation(talk)


def test_a_newer_picture_makes_older_ids_void() -> None:
    changed = replace(PICTURE, threads=(replace(PICTURE.threads[0], holds_gil=True),))

    async def talk(session: Session) -> None:
        request = session.client.request
        (old, *_) = (await request("stackTrace", {"threadId": 11}))["stackFrames"]
        stopped = session.client.expect_event("stopped")
        await request("remora/refresh")
        assert (await stopped)["threadId"] == 11
        assert len((await request("threads"))["threads"]) == 1
        (new, *_) = (await request("stackTrace", {"threadId": 11}))["stackFrames"]
        assert new["id"] != old["id"]
        with pytest.raises(RequestFailed) as failed:
            await request("scopes", {"frameId": old["id"]})
        assert failed.value.id == 1202
        (scope,) = (await request("scopes", {"frameId": new["id"]}))["scopes"]
        assert scope["variablesReference"] // 2 == new["id"]

    conversation(talk, later=lambda: changed)


def test_a_process_that_has_ended_is_told_and_the_old_picture_stays() -> None:
    def gone() -> Picture:
        raise LookupError("process 11 has ended.")

    async def talk(session: Session) -> None:
        with pytest.raises(RequestFailed, match="process 11 has ended"):
            await session.client.request("remora/refresh")
        assert len((await session.client.request("threads"))["threads"]) == 3

    conversation(talk, later=gone)


def test_deadlocks_come_first() -> None:
    lock = Lock(1, "Lock", owner=11, known_by="stack", name="a")
    dead = replace(
        PICTURE,
        threads=tuple(replace(each, holds_gil=False) for each in PICTURE.threads),
        deadlocks=(Cycle((Link(12, lock, 11), Link(11, lock, 12))),),
    )

    async def talk(session: Session) -> None:
        stop = await session.wait_stop(5)
        assert stop["threadId"] == 11
        assert "DEADLOCK of 2 threads" in stop["text"]

    conversation(talk, dead)


def test_tasks() -> None:
    task = Task("Task-1", "main", (Frame("inner", "/srv/app.py", 3),), "waiting", ("Task-0",), 11)

    async def talk(session: Session) -> None:
        body = await session.client.request("remora/tasks", {})
        (found,) = body["tasks"]
        assert (found["name"], found["coroutine"], found["state"]) == ("Task-1", "main", "waiting")
        assert found["location"]["line"] == 3

    conversation(talk, replace(PICTURE, tasks=(task,)))


def test_texts_are_those_of_its_files_alone(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text("x = 'ä'\n", encoding="utf-8")
    frame = replace(PICTURE.threads[1].frames[0], file=str(file))
    picture = replace(PICTURE, threads=(replace(PICTURE.threads[1], frames=(frame,)),))

    async def talk(session: Session) -> None:
        request = session.client.request
        (shown,) = (await request("stackTrace", {"threadId": 12}))["stackFrames"]
        body = await request("source", {"source": shown["source"], "sourceReference": 0})
        assert body["content"] == "x = 'ä'\n"
        assert (await request("remora/resolveSource", {"path": "app.py"}))["path"] == str(file)
        assert (await request("loadedSources", {}))["sources"] == [shown["source"]]
        file.unlink()
        with pytest.raises(RequestFailed, match="cannot be read: No such file"):
            await request("source", {"source": shown["source"], "sourceReference": 0})

    conversation(talk, picture)
