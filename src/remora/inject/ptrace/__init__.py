"""Getting code to run in a process with ptrace: for versions that know no remote execution.

Only `x86_64` knows the processor; `processor` says what such a module must offer.
"""
