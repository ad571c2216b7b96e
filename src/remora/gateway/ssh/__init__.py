"""The door for other hosts: an SSH server that starts remora's own commands and carries their bytes.

It authenticates, decides what a key may ask for, and knows nothing of DAP or of debuggees.
"""
