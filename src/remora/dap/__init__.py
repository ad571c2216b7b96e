"""The Debug Adapter Protocol without input and output.

What both ends of a connection share: bytes to messages and back, the shapes of
messages, the catalogue of errors.  It knows neither sockets nor threads nor
the debugger, and travels into the debuggee with the agent.
"""
