"""All that depends on the processor, for x86-64: registers, calls, frames, machine code.

Implements `processor.Processor`.  Sources: System V ABI for AMD64 (calls),
asm/ptrace.h and asm/sigcontext.h (layouts), arch/x86/kernel/signal.c (restarts).
"""

from __future__ import annotations

import struct

from . import sys_ptrace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .processor import Registers as AnyRegisters

MMAP, SIGRETURN = 9, 15
CLONES = frozenset((56, 435))

_WAITING = (7, 23, 34, 35, 61, 73, 128, 130, 202, 219, 230, 232, 247, 270, 271, 281, 441, 449)
# poll select pause nanosleep wait4 flock rt_sigtimedwait rt_sigsuspend futex restart_syscall clock_nanosleep
# epoll_wait waitid pselect6 ppoll epoll_pwait epoll_pwait2 futex_waitv
_RECEIVING = (0, 42, 43, 45, 47, 65, 70, 288, 295, 299)
# read connect accept recvfrom recvmsg semop msgrcv accept4 preadv recvmmsg
BLOCKING = frozenset((*_WAITING, *_RECEIVING))

TRAMPOLINE = bytes.fromhex("48c7c00f0000000f05")  # __restore_rt: mov rax, 15; syscall

_NT_X86_XSTATE = 0x202
_MOST_XSTATE = 1 << 16

_EINTR = -4
#: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND: the kernel makes the call again.
_RESTART = (-512, -513, -514)
#: ERESTART_RESTARTBLOCK: it makes restart_syscall instead.
_RESTART_BLOCK = -516

_SYSCALL_SIZE = 2
_RED_ZONE = 128
_DIRECTION_AND_TRAP = 0x500

_NAMES = (
    "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss "
    "fs_base gs_base ds es fs gs"
).split()
_LAYOUT = "<27Q"
_ARGUMENTS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
_IN_SIGCONTEXT = "r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip eflags".split()


class Registers:
    """`user_regs_struct`: names as in asm/ptrace.h, values unsigned."""

    def __init__(self, values: dict[str, int]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    def changed(self, **values: int) -> Registers:
        """A copy with some values replaced, which may be negative."""
        return Registers({**self._values, **{name: value % (1 << 64) for name, value in values.items()}})

    def content(self) -> bytes:
        return struct.pack(_LAYOUT, *(self._values[name] for name in _NAMES))

    @property
    def program_counter(self) -> int:
        return self["rip"]

    @property
    def stack_pointer(self) -> int:
        return self["rsp"]

    @property
    def call(self) -> int:
        return _signed(self["orig_rax"])

    @property
    def result(self) -> int:
        return _signed(self["rax"])

    @property
    def blocked_in(self) -> int | None:
        interrupted = self.result in (*_RESTART, _RESTART_BLOCK, _EINTR)
        return self.call if self.call >= 0 and interrupted else None


def read_registers(tid: int) -> Registers:
    content = sys_ptrace.read(sys_ptrace.GETREGS, tid, 0, struct.calcsize(_LAYOUT))
    return Registers(dict(zip(_NAMES, struct.unpack(_LAYOUT, content))))


def write_registers(tid: int, registers: AnyRegisters) -> None:
    assert isinstance(registers, Registers)
    sys_ptrace.write(sys_ptrace.SETREGS, tid, 0, registers.content())


def read_fpu(tid: int) -> bytes:
    return sys_ptrace.read_register_set(tid, _NT_X86_XSTATE, _MOST_XSTATE)


def write_fpu(tid: int, fpu: bytes) -> None:
    sys_ptrace.write_register_set(tid, _NT_X86_XSTATE, fpu)


def frame(saved: AnyRegisters, fpu: bytes, mask: bytes, trampoline: int) -> tuple[int, bytes]:
    """`struct rt_sigframe` up to the signal mask, then the FPU's image, below the thread's red zone."""
    assert isinstance(saved, Registers)
    image = _fpu_image(fpu)
    image_at = (saved["rsp"] - _RED_ZONE - len(image)) & ~63
    stack = ((image_at - 320) & ~15) - 8
    context = _as_after_signal(saved)
    content = struct.pack("<Q", trampoline)
    content += struct.pack("<QQQiiQ", 7, 0, 0, 0, 0, 0)  # flags, link, an alternate stack that is refused
    content += struct.pack("<18Q", *(context[name] for name in _IN_SIGCONTEXT))
    content += struct.pack("<4H", *(context[name] & 0xFFFF for name in ("cs", "gs", "fs", "ss")))
    content += struct.pack("<4Q", 0, 0, 0, 0)  # err, trapno, oldmask, cr2
    content += struct.pack("<Q64x", image_at) + mask
    return stack, content.ljust(image_at - stack, b"\0") + image


def calling(saved: AnyRegisters, stack: int, function: int, arguments: tuple[int, ...]) -> Registers:
    assert isinstance(saved, Registers)
    passed = dict(zip(_ARGUMENTS, arguments))
    flags = saved["eflags"] & ~_DIRECTION_AND_TRAP
    # Without a system call in orig_rax the kernel has none to restart.
    return saved.changed(rip=function, rsp=stack, rax=0, orig_rax=-1, eflags=flags, **passed)


def resumed(saved: AnyRegisters) -> Registers:
    assert isinstance(saved, Registers)
    if saved.blocked_in is None:
        return saved.changed(orig_rax=-1)
    return saved.changed(orig_rax=-1, rax=_EINTR)


def _as_after_signal(saved: Registers) -> Registers:
    """What the kernel itself puts into the frame of a signal that has interrupted a call."""
    if saved.call < 0:
        return saved
    if saved.result in _RESTART:
        return saved.changed(rip=saved["rip"] - _SYSCALL_SIZE, rax=saved.call)
    if saved.result == _RESTART_BLOCK:
        return saved.changed(rax=_EINTR)
    return saved


def _fpu_image(fpu: bytes) -> bytes:
    """The register set as a signal frame has it: `_fpx_sw_bytes` at 464, and the second magic at the end."""
    (features,) = struct.unpack_from("<Q", fpu, 464)
    note = struct.pack("<IIQI", 0x46505853, len(fpu) + 4, features, len(fpu)).ljust(48, b"\0")
    return fpu[:464] + note + fpu[512:] + struct.pack("<I", 0x46505845)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _machine_code(listing: str) -> bytes:
    return bytes.fromhex("".join(line.partition(";")[0] for line in listing.splitlines()))


# The stubs: machine code ; assembly (Intel syntax).  Offsets are those of `scratch.ControlBlock`.
# The first two end in munmap, which returns to their caller when they are no more.

THREAD_LISTING = """
    53                ; push rbx
    48 89 fb          ; mov rbx, rdi
    c7 43 40 01000000 ; mov dword ptr [rbx+64], 1
    ff 13             ; call [rbx]
    89 43 44          ; mov [rbx+68], eax
    c7 43 40 02000000 ; mov dword ptr [rbx+64], 2
    48 8b 7b 18       ; mov rdi, [rbx+24]
    31 f6             ; xor esi, esi
    ff 53 08          ; call [rbx+8]
    8b 7b 44          ; mov edi, [rbx+68]
    ff 53 10          ; call [rbx+16]
    c7 43 40 03000000 ; mov dword ptr [rbx+64], 3
    48 89 df          ; mov rdi, rbx
    48 8b 73 20       ; mov rsi, [rbx+32]
    48 8b 43 28       ; mov rax, [rbx+40]
    5b                ; pop rbx
    ff e0             ; jmp rax
"""
PENDING_LISTING = """
    53                ; push rbx
    48 89 fb          ; mov rbx, rdi
    c7 43 40 02000000 ; mov dword ptr [rbx+64], 2
    48 8b 7b 18       ; mov rdi, [rbx+24]
    31 f6             ; xor esi, esi
    ff 53 08          ; call [rbx+8]
    c7 43 40 03000000 ; mov dword ptr [rbx+64], 3
    48 89 df          ; mov rdi, rbx
    48 8b 73 20       ; mov rsi, [rbx+32]
    48 8b 43 28       ; mov rax, [rbx+40]
    5b                ; pop rbx
    ff e0             ; jmp rax
"""
QUEUE_LISTING = """
    53                ; push rbx
    48 89 fb          ; mov rbx, rdi
    48 8b 7b 38       ; mov rdi, [rbx+56]
    48 89 de          ; mov rsi, rbx
    ff 53 30          ; call [rbx+48]
    89 43 44          ; mov [rbx+68], eax
    5b                ; pop rbx
    c3                ; ret
"""
THREAD_STUB = _machine_code(THREAD_LISTING)
PENDING_STUB = _machine_code(PENDING_LISTING)
QUEUE_STUB = _machine_code(QUEUE_LISTING)
