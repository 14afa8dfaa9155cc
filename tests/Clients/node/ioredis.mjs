// ioredis (RESP2, callbacks turned into promises, automatic pipelines off): what programs do with it.
import assert from 'node:assert/strict';
import Redis from 'ioredis';
import { blockedClients, run, until } from './scenario.mjs';

// A command that fails must fail the scenario at once, not be tried again.
const connect = (port) => new Redis({ host: '127.0.0.1', port, retryStrategy: null, maxRetriesPerRequest: 0 });

async function cache(port, prefix) {
  const redis = connect(port);
  const [page, other, none] = ['page', 'other', 'none'].map((name) => prefix + name);
  assert.equal(await redis.set(page, '<html>', 'EX', 100), 'OK');
  assert.equal(await redis.get(page), '<html>');
  const ttl = await redis.ttl(page);
  assert.ok(ttl > 0 && ttl <= 100, `TTL is ${ttl}`);
  assert.equal(await redis.ttl(none), -2);
  assert.equal(await redis.set(page, 'lost', 'NX'), null);
  assert.equal(await redis.set(none, 'lost', 'XX'), null);
  const binary = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  assert.equal(await redis.set(other, binary), 'OK');
  assert.ok(binary.equals(await redis.getBuffer(other)));
  assert.deepEqual(await redis.mget(page, none, page), ['<html>', null, '<html>']);
  assert.equal(await redis.pexpire(page, 15), 1);
  await until(async () => (await redis.get(page)) === null);
  const results = await redis.pipeline().set(page, '1').incr(page).lpush(page, 'x').del(page, other, none).exec();
  assert.deepEqual(results.map(([, value]) => value), ['OK', 2, undefined, 2]);
  assert.match(results[2][0].message, /^WRONGTYPE /);
  await redis.quit();
}

async function queue(port, prefix) {
  const [producer, first, second] = [connect(port), connect(port), connect(port)];
  const [urgent, jobs, doing] = ['urgent', 'jobs', 'doing'].map((name) => prefix + name);
  assert.equal(await first.blpop(jobs, 0.02), null);
  // Who waits longest is served first, and the reply names the key.
  const blocked = async () => blockedClients(await producer.info('clients'));
  const before = await blocked();
  const early = first.blpop(urgent, jobs, 0);
  await until(async () => (await blocked()) === before + 1);
  const late = second.blpop(jobs, 0);
  await until(async () => (await blocked()) === before + 2);
  assert.equal(await producer.rpush(jobs, 'job 1'), 1);
  assert.deepEqual(await early, [jobs, 'job 1']);
  assert.equal(await producer.rpush(jobs, 'job 2', 'job 3'), 2);
  assert.deepEqual(await late, [jobs, 'job 2']);
  assert.deepEqual(await first.brpop(jobs, 0), [jobs, 'job 3']);
  assert.equal(await producer.exists(jobs), 0);
  // A job that is being done stays in a list of its own until it is done.
  const moved = first.blmove(jobs, doing, 'LEFT', 'RIGHT', 0);
  const movedToo = second.brpoplpush(jobs, doing, 0);
  await until(async () => (await blocked()) === before + 2);
  await producer.multi().lpush(jobs, 'job 4').lpush(jobs, 'job 5').exec();
  assert.deepEqual([await moved, await movedToo].sort(), ['job 4', 'job 5']);
  assert.deepEqual((await producer.lrange(doing, 0, -1)).sort(), ['job 4', 'job 5']);
  assert.equal(await producer.lrem(doing, 1, 'job 4'), 1);
  assert.equal(await producer.llen(doing), 1);
  await Promise.all([producer, first, second].map((client) => client.quit()));
}

async function leaderboard(port, prefix) {
  const redis = connect(port);
  const board = prefix + 'board';
  assert.equal(await redis.zadd(board, 10, 'ann', 20, 'bob', 30, 'cid', 20, 'abe'), 4);
  assert.equal(await redis.zincrby(board, 15.5, 'ann'), '25.5');
  assert.deepEqual(await redis.zrevrange(board, 0, 2, 'WITHSCORES'), ['cid', '30', 'ann', '25.5', 'bob', '20']);
  assert.deepEqual(await redis.zrange(board, 0, -1), ['abe', 'bob', 'ann', 'cid']);
  assert.equal(await redis.zrank(board, 'ann'), 2);
  assert.equal(await redis.zrevrank(board, 'ann'), 1);
  assert.equal(await redis.zrank(board, 'nobody'), null);
  assert.equal(await redis.zscore(board, 'bob'), '20');
  assert.deepEqual(await redis.zrangebyscore(board, '(20', '+inf', 'LIMIT', 0, 1), ['ann']);
  assert.equal(await redis.zcount(board, 20, 26), 3);
  assert.equal(await redis.zadd(board, 'XX', 'GT', 'CH', 5, 'cid', 40, 'bob'), 1);
  assert.deepEqual(await redis.zrange(board, 0, 0, 'REV'), ['bob']);
  const members = Array.from({ length: 500 }, (_, i) => [i, `player ${i}`]);
  assert.equal(await redis.zadd(board, ...members.flat()), 500);
  assert.equal(await redis.zrevrank(board, 'player 499'), 0);
  assert.equal(await redis.zcard(board), 504);
  let seen = 0;
  for await (const batch of redis.zscanStream(board, { match: 'player *', count: 50 })) seen += batch.length / 2;
  assert.ok(seen >= 500, `ZSCAN saw ${seen}`);
  assert.equal(await redis.zremrangebyrank(board, 0, 499), 500);
  await redis.quit();
}

async function session(port, prefix) {
  const redis = connect(port);
  const id = prefix + 'abc';
  assert.equal(await redis.hset(id, { user: 'ann', visits: 1, note: 'a b\r\nc' }), 3);
  assert.equal(await redis.hincrby(id, 'visits', 41), 42);
  assert.deepEqual(await redis.hgetall(id), { user: 'ann', visits: '42', note: 'a b\r\nc' });
  assert.deepEqual(await redis.hmget(id, 'user', 'none'), ['ann', null]);
  assert.equal(await redis.hset(id, 'user', 'bob'), 0);
  assert.equal(await redis.hexists(id, 'user'), 1);
  assert.equal(await redis.expire(id, 50), 1);
  assert.equal(await redis.hdel(id, 'note', 'none'), 1);
  const ttl = await redis.ttl(id);
  assert.ok(ttl > 0 && ttl <= 50, `TTL is ${ttl}`);
  assert.deepEqual((await redis.hkeys(id)).sort(), ['user', 'visits']);
  assert.equal(await redis.hincrbyfloat(id, 'visits', 0.5), '42.5');
  assert.equal(await redis.pexpire(id, 15), 1);
  await until(async () => (await redis.exists(id)) === 0);
  assert.deepEqual(await redis.hgetall(id), {});
  await redis.quit();
}

async function fanout(port, prefix) {
  const publisher = connect(port);
  const channel = prefix + 'news';
  const subscribers = [connect(port), connect(port), connect(port)];
  const heard = subscribers.map(() => []);
  for (const [i, subscriber] of subscribers.entries()) {
    subscriber.on('message', (from, text) => heard[i].push([from, text]));
    assert.equal(await subscriber.subscribe(channel), 1);
  }
  const watcher = connect(port);
  const matched = [];
  watcher.on('pmessage', (pattern, from, text) => matched.push([pattern, from, text]));
  assert.equal(await watcher.psubscribe(prefix + 'n?ws'), 1);
  assert.deepEqual(await publisher.pubsub('NUMSUB', channel), [channel, 3]);
  for (let i = 0; i < 200; i++) assert.equal(await publisher.publish(channel, `item ${i}`), 4);
  await until(() => [...heard, matched].every((list) => list.length === 200));
  const wanted = Array.from({ length: 200 }, (_, i) => [channel, `item ${i}`]);
  for (const list of heard) assert.deepEqual(list, wanted);
  assert.deepEqual(matched, wanted.map((message) => [prefix + 'n?ws', ...message]));
  assert.equal(await subscribers[0].unsubscribe(channel), 0);
  assert.equal(await subscribers[0].set(prefix + 'free', 'again'), 'OK');
  assert.equal(await publisher.publish(channel, 'last'), 3);
  await Promise.all([publisher, watcher, ...subscribers].map((client) => client.quit()));
}

async function transaction(port, prefix) {
  const [one, two] = [connect(port), connect(port)];
  const stock = prefix + 'stock';
  await one.set(stock, 10);
  await one.watch(stock);
  assert.deepEqual(await one.multi().decr(stock).hset(prefix + 'order', 'item', 'x').exec(), [[null, 9], [null, 1]]);
  await one.watch(stock);
  await two.set(stock, 3);
  assert.equal(await one.multi().decr(stock).exec(), null);
  assert.equal(await one.get(stock), '3');
  // Optimistic increments from two sides: none is lost.
  const add = async (client, times) => {
    for (let done = 0; done < times; ) {
      await client.watch(stock);
      const value = Number(await client.get(stock));
      if ((await client.multi().set(stock, value + 1).exec()) !== null) done++;
    }
  };
  await Promise.all([add(one, 50), add(two, 50)]);
  assert.equal(await one.get(stock), '103');
  await Promise.all([one.quit(), two.quit()]);
}

await run('ioredis', { cache, queue, leaderboard, session, fanout, transaction });
