"""A Python prompt in a program, and scripts that run in it: a DAP client, as the console is."""
