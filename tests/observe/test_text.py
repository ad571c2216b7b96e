"""Words for pictures."""

from __future__ import annotations

from dataclasses import replace

from remora.observe import text
from remora.observe.picture import Cycle, Frame, Link, Lock, Picture, Task, Thread, Variable, Wait

SLEEPS = Wait("sleep", "sleeps")
POLL = Frame("poll", "/srv/poll.py", 12)
BEGINNING = (
    Frame("_bootstrap_inner", "/usr/lib/python3.12/threading.py", 1073),
    Frame("_bootstrap", "/usr/lib/python3.12/threading.py", 1030),
)
MAIN = Thread(10, "MainThread", (Frame("<module>", "app.py", 3),), is_main=True, state="R")


def picture(*threads: Thread, **more: object) -> Picture:
    return replace(Picture(10, "", "3.12", "python app.py", threads), **more)  # type: ignore[arg-type]


def lines(*threads: Thread, **more: object) -> list[str]:
    return list(text.lines(picture(*threads, **more)))


def test_a_thread() -> None:
    thread = replace(MAIN, wait=Wait("read", "reads from a pipe (fd 0)"), state="S")
    assert lines(thread) == [
        "Process 10, Python 3.12: python app.py",
        "1 thread: 1 reads",
        "",
        'Thread 10 "MainThread" (main): reads from a pipe (fd 0)',
        "    <module> at app.py:3",
    ]


def test_the_summary_says_what_matters_first() -> None:
    lock = Lock(0x10, "Lock", owner=12, known_by="stack")
    a, b = Thread(11, "a", wait=Wait("lock", "", lock)), Thread(12, "b", wait=Wait("futex", ""))
    cycle = Cycle((Link(11, lock, 12), Link(12, lock, 11)))
    told = text.summary(
        picture(a, b, replace(MAIN, holds_gil=True), deadlocks=(cycle,), tasks=(Task("t", "c"),))
    )
    assert told == (
        'DEADLOCK of 2 threads; 3 threads: 2 wait for a lock, 1 runs; GIL held by thread 10 "MainThread"; '
        "1 asyncio task"
    )


def test_no_tasks_are_no_words() -> None:
    assert text.summary(picture(MAIN, tasks=())) == "1 thread: 1 runs"


def test_equal_stacks_are_shown_once() -> None:
    threads = [Thread(tid, f"w{tid}", (POLL, *BEGINNING), state="S", wait=SLEEPS) for tid in (11, 12, 13)]
    assert lines(MAIN, *threads)[6:] == [
        "3 threads, each of which sleeps:",
        '  11 "w11", 12 "w12", 13 "w13"',
        "    poll at /srv/poll.py:12",
    ]


def test_equal_stacks_with_waits_of_their_own() -> None:
    waits = [Wait("read", f"reads from a pipe (fd {fd})") for fd in (5, 6)]
    threads = [Thread(fd, "", (POLL,), state="S", wait=wait) for fd, wait in enumerate(waits, 11)]
    assert lines(*threads)[3:] == [
        "2 threads with the same stack:",
        "  11: reads from a pipe (fd 5)",
        "  12: reads from a pipe (fd 6)",
        "    poll at /srv/poll.py:12",
    ]


def test_what_differs_is_not_folded() -> None:
    a = Thread(11, "", (POLL,), state="S", wait=SLEEPS)
    values = [replace(POLL, variables=(Variable("n", value),)) for value in "12"]
    assert len(text.folded([a, replace(a, tid=12, wait=None)])) == 2
    assert len(text.folded([a, replace(a, tid=12, holds_gil=True)])) == 2
    assert len(text.folded([replace(a, frames=(value,)) for value in values])) == 2
    assert len(text.folded([a, replace(a, tid=12)])) == 1


def test_variables_and_frames_of_c() -> None:
    native = Frame("time_sleep", "/usr/bin/python3.12", 0, language="native")
    frame = replace(POLL, variables=(Variable("n", "1", True), Variable("text", '"a"')))
    assert lines(replace(MAIN, frames=(native, frame)))[4:] == [
        "    time_sleep in /usr/bin/python3.12",
        "    poll at /srv/poll.py:12",
        "        n = 1",
        '        text = "a"',
    ]


def test_the_beginning_of_a_thread_is_left_out_unless_it_is_all() -> None:
    assert lines(replace(MAIN, frames=BEGINNING))[4:] == [
        "    _bootstrap_inner at /usr/lib/python3.12/threading.py:1073",
        "    _bootstrap at /usr/lib/python3.12/threading.py:1030",
    ]
    native = Frame("start_thread", "libc.so.6", 0, language="native")
    assert lines(replace(MAIN, frames=(POLL, *BEGINNING, native)))[4:] == [
        "    poll at /srv/poll.py:12",
        "    start_thread in libc.so.6",
    ]


def test_a_thread_without_python() -> None:
    assert lines(Thread(11, "native", state="S", wait=SLEEPS))[3:] == [
        'Thread 11 "native": sleeps',
        "    no Python runs on it",
    ]


def test_a_core_that_tells_no_waits() -> None:
    thread = replace(MAIN, state="")
    assert lines(thread, core="/tmp/core", notes=("it was ended by SIGSEGV",))[:5] == [
        "Process 10 of core file /tmp/core, Python 3.12: python app.py",
        "1 thread",
        "(it was ended by SIGSEGV)",
        "",
        'Thread 10 "MainThread" (main)',
    ]


def test_a_pause_is_told() -> None:
    assert lines(MAIN, paused=0.0123)[0] == "Process 10, Python 3.12 (stopped for 12 ms): python app.py"


def test_a_deadlock() -> None:
    lock = Lock(0x7F00, "RLock", owner=12, known_by="owner", name="self.lock")
    own = Lock(0x7F10, "Lock", owner=11, known_by="stack")
    a, b = Thread(11, "a"), Thread(12, "b")
    told = list(text.cycle_lines(Cycle((Link(11, lock, 12), Link(12, own, 11))), picture(a, b)))
    assert told == [
        "DEADLOCK of 2 threads (concluded from where the threads stand):",
        '  thread 11 "a" waits for self.lock (RLock at 0x7f00), held by thread 12 "b"',
        '  thread 12 "b" waits for Lock at 0x7f10, held by thread 11 "a"',
    ]
    told = list(text.cycle_lines(Cycle((Link(11, replace(lock, owner=11), 11),)), picture(a)))
    assert told[0] == "DEADLOCK of 1 thread (the locks tell their owners):"
    assert told[1].endswith("self.lock (RLock at 0x7f00), which it holds itself")


def test_a_task() -> None:
    task = Task("Task-2", "fetch()", (POLL,), "waiting", ("Task-1",), 10)
    assert list(text.task_lines([task])) == [
        'Task "Task-2" fetch(): waiting, awaited by Task-1',
        "    poll at /srv/poll.py:12",
    ]


def test_equal_tasks_are_one_entry() -> None:
    tasks = [Task(f"Task-{number}", "fetch()", (POLL,), "waiting", ("boss",), 10) for number in range(30)]
    told = lines(MAIN, tasks=(*tasks, Task("boss", "main()", (), "waiting", (), 10)))
    start = told.index("30 tasks fetch(): waiting, awaited by boss:")
    assert told[start + 1].startswith('  "Task-0", "Task-1", ')
    assert told[start + 1].endswith('"Task-19" and 10 more')
    assert told[start + 2 :] == ["    poll at /srv/poll.py:12", "", 'Task "boss" main(): waiting']


def test_tasks_of_several_loops_tell_whose_they_are() -> None:
    loop = replace(MAIN, tid=11, name="loop")
    told = lines(MAIN, loop, tasks=(Task("t", "c()", tid=MAIN.tid), Task("t", "c()", tid=11)))
    assert 'Task "t" c(), of thread 11 "loop"' in told


def test_a_recursion_is_told_once() -> None:
    thread = replace(MAIN, frames=(POLL, *(replace(POLL, function="walk"),) * 100, POLL))
    assert lines(thread)[-4:] == [
        "    poll at /srv/poll.py:12",
        "    walk at /srv/poll.py:12",
        "    the same 99 times more",
        "    poll at /srv/poll.py:12",
    ]


def test_a_terminal_obeys_nothing_of_the_program() -> None:
    evil = "\x1b]0;title\x07\n"
    thread = Thread(
        11,
        evil,
        (Frame(evil, evil, 1, variables=(Variable(evil, evil),)),),
        wait=Wait("read", evil),
        state="S",
    )
    told = "".join(lines(thread, command=evil, notes=(evil,), tasks=(Task(evil, evil, awaited_by=(evil,)),)))
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "\n" not in told


def test_colours_are_of_whoever_paints() -> None:
    painted = list(text.lines(picture(MAIN), lambda role, word: f"<{role}>{word}</>"))
    assert painted[0].startswith("<title>")
    assert painted[-1] == "    <function><module></> at <file>app.py</>:<line>3</>"
