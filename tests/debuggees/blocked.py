import asyncio
import socket
import threading
import time

lock = threading.Lock()
lock.acquire()


def asleep():
    where = "asleep"
    time.sleep(3600)


def locked():
    where = "locked"
    lock.acquire()


def accepting():
    where = "accepting"
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.accept()


def awaiting():
    async def serve():
        await asyncio.Event().wait()

    where = "awaiting"
    asyncio.run(serve())


def spinning():
    i = 0
    while True: i += 1


for function in (asleep, locked, accepting, awaiting, spinning):
    threading.Thread(target=function, name=function.__name__, daemon=True).start()
for n in range(45):
    threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
while threading.active_count() < 51:
    time.sleep(0.01)
print("ready", flush=True)
threading.Thread(target=asleep, name="joined").start()
threading.enumerate()[-1].join()
