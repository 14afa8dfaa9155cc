"""A Celery worker, a process of its own, with Redis as broker and result backend.

python3 celery_worker.py PORT: exit code 1 at the first difference.
"""

import os
import subprocess
import sys
import time
import traceback

import celery
import redis

DEADLINE_S = 120
PORT = int(os.environ.get("PKV_CELERY_PORT") or sys.argv[1])
PREFIX = "celery-scenario:"

app = celery.Celery("celery_worker", broker=f"redis://127.0.0.1:{PORT}/0", backend=f"redis://127.0.0.1:{PORT}/0")
app.conf.update(
    broker_transport_options={"visibility_timeout": 600, "queue_order_strategy": "priority"},
    worker_prefetch_multiplier=2,
    task_acks_late=True,
    broker_connection_retry=False,
)


def connect():
    return redis.Redis(port=PORT, decode_responses=True)


@app.task
def count(n):
    connect().hincrby(PREFIX + "counts", n, 1)
    return n * 2


@app.task(bind=True, max_retries=5)
def flaky(self, n):
    attempt = connect().hincrby(PREFIX + "attempts", n, 1)
    if attempt < 3:
        raise self.retry(countdown=0.05)
    return attempt


@app.task
def hopeless():
    raise ValueError("hopeless")


@app.task
def late():
    return time.time()


@app.task
def add(numbers):
    return sum(numbers)


def same(seen, wanted):
    assert seen == wanted, f"{seen!r} is not {wanted!r}"


def check(r):
    tasks = 60
    results = [count.delay(n) for n in range(tasks)]
    retried = [flaky.delay(n) for n in range(3)]
    failed = hopeless.delay()
    due = time.time() + 1
    delayed = late.apply_async(countdown=1)
    same([result.get(timeout=DEADLINE_S) for result in results], [n * 2 for n in range(tasks)])
    same([result.get(timeout=DEADLINE_S) for result in retried], [3, 3, 3])
    assert delayed.get(timeout=DEADLINE_S) >= due, "done too early"
    try:
        failed.get(timeout=DEADLINE_S)
        assert False, "hopeless() passed"
    except ValueError as error:
        same(str(error), "hopeless")
    # A chord: what comes last begins when all others are done, and a counter in Redis tells when that is.
    chord = celery.chord(count.s(1000 + n) for n in range(20))(add.s())
    same(chord.get(timeout=DEADLINE_S), sum(2 * (1000 + n) for n in range(20)))
    done = {str(n): "1" for n in [*range(tasks), *range(1000, 1020)]}
    same(r.hgetall(PREFIX + "counts"), done)
    same(r.hgetall(PREFIX + "attempts"), {"0": "3", "1": "3", "2": "3"})
    same(r.llen("celery"), 0)
    # Every message has been acknowledged.
    end = time.monotonic() + DEADLINE_S
    while r.hlen("unacked"):
        assert time.monotonic() < end, f"{r.hlen('unacked')} messages are not acknowledged"
        time.sleep(0.02)
    # Tasks that are put back: kombu takes a lock for it by redis-py's Lock, which releases by a script.
    with app.connection() as connection:
        channel = connection.default_channel
        channel.qos.restore_visible()
    same(r.exists("unacked_mutex"), 0)


def main():
    command = [sys.executable, "-m", "celery", "-A", "celery_worker", "worker", "--concurrency", "2", "--pool", "threads", "--without-mingle", "--loglevel", "ERROR"]
    environment = {**os.environ, "PKV_CELERY_PORT": str(PORT), "PYTHONDONTWRITEBYTECODE": "1"}
    worker = subprocess.Popen(command, cwd=os.path.dirname(os.path.abspath(__file__)), env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    try:
        check(connect())
        worker.terminate()
        same(worker.wait(timeout=DEADLINE_S), 0)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        worker.kill()
        worker.wait()
    print("celery worker: ok", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
