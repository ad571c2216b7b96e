# Dials in at a unix socket, or through the command whose words are given, as a prepared program does.
import socket
import subprocess
import sys
import threading
import time

from remora.inject import first_stage

if len(sys.argv) == 2:
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(sys.argv[1])
else:
    sock, theirs = socket.socketpair()
    ssh = subprocess.Popen(sys.argv[1:], stdin=theirs, stdout=theirs)
    theirs.close()
threading.Thread(target=first_stage.exchange, args=(sock, b"", {}), daemon=True).start()
number = 0
while True:
    number += 1
    print(number, flush=True)
    time.sleep(0.01)  # @body
