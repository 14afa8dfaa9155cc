"""redis-py (RESP2, blocking sockets, threads): what programs do with it.

python3 redis_py.py PORT [SCENARIO...] runs all scenarios or those named, on a server that has none of their keys yet; exit
code 1 at the first difference.
"""

import sys
import threading
import time
import traceback

import redis

DEADLINE_S = 60


def connect(port):
    return redis.Redis(port=port, decode_responses=True, socket_timeout=DEADLINE_S)


def until(condition):
    """Asks again until the answer is true."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, f"not so after {DEADLINE_S} s"
        time.sleep(0.005)


def same(seen, wanted):
    assert seen == wanted, f"{seen!r} is not {wanted!r}"


class Asked(threading.Thread):
    """A call on another thread; result() waits for what it answers or raises."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self._call = call
        self._value = self._error = None
        self.start()

    def run(self):
        try:
            self._value = self._call()
        except BaseException as error:
            self._error = error

    def check(self):
        """Raises what the call has raised, if it has."""
        if self._error:
            raise self._error

    def result(self):
        self.join(DEADLINE_S)
        assert not self.is_alive(), f"no answer after {DEADLINE_S} s"
        self.check()
        return self._value


def cache(port, prefix):
    r = connect(port)
    page, other, none = (prefix + name for name in ("page", "other", "none"))
    same(r.set(page, "<html>", ex=100), True)
    same(r.get(page), "<html>")
    assert 0 < r.ttl(page) <= 100
    same(r.set(page, "lost", nx=True), None)
    same(r.set(page, "<p>", keepttl=True, get=True), "<html>")
    raw = redis.Redis(port=port)
    same(raw.set(other, bytes(range(256))), True)
    same(raw.get(other), bytes(range(256)))
    same(raw.getrange(other, 65, 67), b"ABC")
    same(r.mget(page, none), ["<p>", None])
    same(r.pexpire(page, 15), True)
    until(lambda: r.get(page) is None)
    r.set(page, "text")
    try:
        r.lpush(page, "x")
        assert False, "LPUSH to a string"
    except redis.ResponseError as error:
        assert str(error).startswith("WRONGTYPE "), error
    pipe = r.pipeline(transaction=False)
    for i in range(1000):
        pipe.incrby(prefix + "n", i)
    same(pipe.execute()[-1], 999 * 500)
    same(r.delete(page, other, none), 2)


def queue(port, prefix):
    producer, worker, other = connect(port), connect(port), connect(port)
    urgent, jobs, doing = (prefix + name for name in ("urgent", "jobs", "doing"))
    before = producer.info("clients")["blocked_clients"]

    def blocked(*asked):
        """Waits until as many more clients are blocked as have asked."""

        def are_blocked():
            for each in asked:
                each.check()
            return producer.info("clients")["blocked_clients"] == before + len(asked)

        until(are_blocked)

    same(worker.blpop(jobs, 0.02), None)
    early = Asked(lambda: worker.blpop([urgent, jobs], 0))
    blocked(early)
    late = Asked(lambda: other.brpop(jobs, 0))
    blocked(early, late)
    same(producer.rpush(jobs, "job 1", "job 2", "job 3"), 3)
    same(early.result(), (jobs, "job 1"))
    same(late.result(), (jobs, "job 3"))
    same(worker.brpoplpush(jobs, doing, 0), "job 2")
    waiting = Asked(lambda: worker.blmove(jobs, doing, 0, "LEFT", "LEFT"))
    blocked(waiting)
    with producer.pipeline() as pipe:
        pipe.rpush(jobs, "job 4").rpush(jobs, "job 5").execute()
    same(waiting.result(), "job 4")
    same(producer.lrange(doing, 0, -1), ["job 4", "job 2"])
    same(producer.lrange(jobs, 0, -1), ["job 5"])
    # Delayed jobs: a sorted set by time, and whoever waits for the first of them.
    delayed = Asked(lambda: other.bzpopmin([prefix + "delayed"], 0))
    blocked(delayed)
    same(producer.zadd(prefix + "delayed", {"job 7": 20, "job 6": 10}), 2)
    same(delayed.result(), (prefix + "delayed", "job 6", 10.0))
    same(producer.lrem(doing, 0, "job 2"), 1)
    same(producer.linsert(jobs, "BEFORE", "job 5", "job 4"), 2)
    same(producer.lpop(jobs, 2), ["job 4", "job 5"])


def leaderboard(port, prefix):
    r = connect(port)
    board = prefix + "board"
    same(r.zadd(board, {"ann": 10, "bob": 20, "cid": 30, "abe": 20}), 4)
    same(r.zincrby(board, 15.5, "ann"), 25.5)
    same(r.zrevrange(board, 0, 2, withscores=True), [("cid", 30.0), ("ann", 25.5), ("bob", 20.0)])
    same(r.zrange(board, 0, -1), ["abe", "bob", "ann", "cid"])
    same(r.zrank(board, "ann"), 2)
    same(r.zrevrank(board, "ann"), 1)
    same(r.zrank(board, "nobody"), None)
    same(r.zrangebyscore(board, "(20", "+inf", start=0, num=1), ["ann"])
    same(r.zadd(board, {"cid": 5, "bob": 40}, gt=True, ch=True), 1)
    same(r.zmscore(board, ["bob", "nobody"]), [40.0, None])
    same(r.zadd(board, {f"player {i}": i for i in range(2000)}), 2000)
    same(r.zrevrank(board, "player 1999"), 0)
    same(r.zrevrange(board, 1000, 1001), ["player 999", "player 998"])
    same(r.zcount(board, 100, 199), 100)
    same(len(list(r.zscan_iter(board, match="player *", count=100))), 2000)
    same(r.zremrangebyscore(board, "-inf", 99), 104)
    same(r.zlexcount(board, "-", "+"), 1900)
    same(r.zinterstore(prefix + "both", {board: 2, board: 2}), 1900)
    same(r.zpopmax(prefix + "both"), [("player 1999", 3998.0)])


def session(port, prefix):
    r = connect(port)
    key = prefix + "abc"
    same(r.hset(key, mapping={"user": "ann", "visits": 1, "note": "a b\r\nc"}), 3)
    same(r.hincrby(key, "visits", 41), 42)
    same(r.hgetall(key), {"user": "ann", "visits": "42", "note": "a b\r\nc"})
    same(r.hmget(key, "user", "none"), ["ann", None])
    same(r.hset(key, "user", "bob"), 0)
    same(r.expire(key, 50), True)
    assert 0 < r.ttl(key) <= 50
    same(r.hdel(key, "note", "none"), 1)
    same(sorted(r.hvals(key)), ["42", "bob"])
    same(r.hset(key, mapping={f"item {i}": "x" * i for i in range(300)}), 300)
    same(r.hlen(key), 302)
    same(r.hstrlen(key, "item 299"), 299)
    same(len(dict(r.hscan_iter(key, match="item *"))), 300)
    same(r.rename(key, key + "d"), True)
    assert 0 < r.ttl(key + "d") <= 50
    same(r.sadd(prefix + "tags", "new", "mobile", "new"), 2)
    same(r.sinter(prefix + "tags", prefix + "tags"), {"new", "mobile"})
    same(r.pexpire(key + "d", 15), True)
    until(lambda: not r.exists(key + "d"))
    same(r.hgetall(key + "d"), {})


def fanout(port, prefix):
    publisher = connect(port)
    channel = prefix + "news"
    count = 200

    def messages(listener, kind):
        heard = []
        while len(heard) < count:
            message = listener.get_message(ignore_subscribe_messages=True, timeout=DEADLINE_S)
            assert message is not None, f"{len(heard)} of {count} messages after {DEADLINE_S} s"
            same((message["type"], message["channel"]), (kind, channel))
            heard.append(message["data"])
        return heard

    listeners = [connect(port).pubsub() for _ in range(3)]
    for listener in listeners:
        listener.subscribe(channel)
        same(listener.get_message(timeout=DEADLINE_S)["type"], "subscribe")
    watcher = connect(port).pubsub()
    watcher.psubscribe(prefix + "n?ws")
    same(watcher.get_message(timeout=DEADLINE_S)["type"], "psubscribe")
    waiting = [Asked(lambda each=each: messages(each, "message")) for each in listeners]
    waiting.append(Asked(lambda: messages(watcher, "pmessage")))
    same(publisher.pubsub_numsub(channel), [(channel, 3)])
    for i in range(count):
        same(publisher.publish(channel, f"item {i}"), 4)
    for each in waiting:
        same(each.result(), [f"item {i}" for i in range(count)])
    listeners[0].unsubscribe(channel)
    same(listeners[0].get_message(timeout=DEADLINE_S)["type"], "unsubscribe")
    same(publisher.publish(channel, "last"), 3)
    for each in [watcher, *listeners]:
        each.close()


def transaction(port, prefix):
    one, two = connect(port), connect(port)
    stock = prefix + "stock"
    one.set(stock, 10)
    with one.pipeline() as pipe:
        pipe.watch(stock)
        same(pipe.get(stock), "10")
        pipe.multi()
        same(pipe.decr(stock).hset(prefix + "order", "item", "x").execute(), [9, 1])
        pipe.watch(stock)
        two.set(stock, 3)
        pipe.multi()
        pipe.decr(stock)
        try:
            pipe.execute()
            assert False, "EXEC after the watched key was changed"
        except redis.WatchError:
            pass
    same(one.get(stock), "3")

    def add(client, times):
        def increment(pipe):
            value = int(pipe.get(stock))
            pipe.multi()
            pipe.set(stock, value + 1)

        for _ in range(times):
            client.transaction(increment, stock)

    adding = [Asked(lambda client=client: add(client, 50)) for client in (one, two)]
    for each in adding:
        each.result()
    same(one.get(stock), "103")


SCENARIOS = (cache, queue, leaderboard, session, fanout, transaction)


def run_all(client, scenarios, port, *wanted):
    """Runs the scenarios that are wanted, or all; the exit code."""
    known = {scenario.__name__: scenario for scenario in scenarios}
    for name in wanted or known:
        try:
            known[name](int(port), f"{client}:{name}:")
        except BaseException:
            traceback.print_exc()
            return 1
        print(f"{client} {name}: ok", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_all("redis-py", SCENARIOS, *sys.argv[1:]))
