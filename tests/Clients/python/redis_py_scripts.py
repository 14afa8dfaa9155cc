"""redis-py's Lock and register_script, from several threads.

python3 redis_py_scripts.py PORT [SCENARIO...] runs all scenarios or those named, on a server that has none of their keys yet;
exit code 1 at the first difference.
"""

import sys

import redis
from redis.exceptions import LockError, LockNotOwnedError, NoScriptError

from redis_py import Asked, connect, run_all, same, until


def refused(kind, call):
    try:
        call()
    except kind:
        return
    assert False, f"no {kind.__name__}"


def lock(port, prefix):
    one, two = connect(port), connect(port)
    name, stock = prefix + "lock", prefix + "stock"
    held, other = one.lock(name, timeout=20), two.lock(name, timeout=20)
    same(held.acquire(), True)
    same(other.acquire(blocking=False), False)
    refused(LockError, other.release)
    same(held.extend(30), True)
    assert 20_000 < one.pttl(name) <= 50_000
    same(held.extend(40, replace_ttl=True), True)
    assert 30_000 < one.pttl(name) <= 40_000
    same(held.reacquire(), True)
    assert one.pttl(name) <= 20_000
    held.release()
    same(one.exists(name), 0)
    # Whoever's lock has expired cannot release, extend or reacquire its successor's.
    brief = one.lock(name, timeout=0.02)
    same(brief.acquire(), True)
    until(lambda: not two.exists(name))
    same(other.acquire(), True)
    refused(LockNotOwnedError, lambda: brief.extend(1))
    refused(LockNotOwnedError, brief.reacquire)
    refused(LockNotOwnedError, brief.release)
    same(other.owned(), True)
    other.release()

    # What is read and written under the lock is never lost.
    def add(client):
        for _ in range(25):
            with client.lock(name, timeout=60, sleep=0.002):
                client.set(stock, int(client.get(stock) or 0) + 1)

    adding = [Asked(lambda client=client: add(client)) for client in (one, two, connect(port))]
    for each in adding:
        each.result()
    same(one.get(stock), "75")


def script(port, prefix):
    r = connect(port)
    key = prefix + "n"
    multiply = r.register_script("""
        local value = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
        value = value * ARGV[2]
        redis.call('SET', KEYS[1], value)
        return value
        """)
    same(multiply(keys=[key], args=[2, 5]), 10)
    same(multiply(keys=[key], args=[2, 5]), 50)
    # It is loaded again when the server has forgotten it.
    same(r.script_flush(), True)
    refused(NoScriptError, lambda: r.evalsha(multiply.sha, 1, key, 1, 1))
    same(multiply(keys=[key], args=[2, 2]), 100)
    same(r.script_exists(multiply.sha, "0" * 40), [True, False])
    # In a pipeline, which is a transaction, between other commands: their replies stay theirs.
    r.script_flush()
    with r.pipeline() as pipe:
        pipe.set(prefix + "before", "b")
        multiply(keys=[key], args=[2, 3], client=pipe)
        pipe.get(prefix + "before")
        multiply(keys=[key], args=[2, 2], client=pipe)
        same(pipe.execute(), [True, 300, "b", 600])
    raw = redis.Redis(port=port)
    same(raw.eval("return {1, 'two', false, {3}, ARGV[1]}", 0, b"\x00\xff"), [1, b"two", None, [3], b"\x00\xff"])
    try:
        r.eval("return redis.call('LPUSH', KEYS[1], 1)", 1, key)
        assert False, "LPUSH to a string"
    except redis.ResponseError as error:
        assert "WRONGTYPE" in str(error), error
    same(r.eval("local r = redis.pcall('LPUSH', KEYS[1], 1) return r.err ~= nil", 1, key), 1)
    same(r.get(key), "600")


if __name__ == "__main__":
    sys.exit(run_all("redis-py", (lock, script), *sys.argv[1:]))
