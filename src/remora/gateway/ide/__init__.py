"""`remora dap`: a debug adapter as IDEs start it, in front of one debuggee."""
