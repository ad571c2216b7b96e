"""What runs inside the debuggee: a DAP adapter over tracing, stepping and inspection."""
