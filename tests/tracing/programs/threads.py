import threading

turns = threading.Semaphore(0)
done = []


def work(n):
    turns.acquire()
    for i in range(n):
        done.append(i)


workers = [threading.Thread(target=work, args=(n,)) for n in (2, 3)]
for worker in workers:
    worker.start()
turns.release()
turns.release()
for worker in workers:
    worker.join()
total = len(done)
