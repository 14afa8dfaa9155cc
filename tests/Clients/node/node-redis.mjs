// node-redis (RESP3: maps, doubles and pushes on the wire): what programs do with it.
import assert from 'node:assert/strict';
import { createClient, WatchError } from 'redis';
import { blockedClients, run, until } from './scenario.mjs';

async function connect(port) {
  const client = createClient({ RESP: 3, socket: { host: '127.0.0.1', port, reconnectStrategy: false } });
  client.on('error', () => {}); // the command that meets it rejects
  return client.connect();
}

async function cache(port, prefix) {
  const redis = await connect(port);
  const [page, other, none] = ['page', 'other', 'none'].map((name) => prefix + name);
  assert.equal(await redis.set(page, '<html>', { expiration: { type: 'EX', value: 100 } }), 'OK');
  assert.equal(await redis.get(page), '<html>');
  const ttl = await redis.ttl(page);
  assert.ok(ttl > 0 && ttl <= 100, `TTL is ${ttl}`);
  assert.equal(await redis.set(page, 'lost', { condition: 'NX' }), null);
  assert.equal(await redis.mSet({ [other]: 'b', [prefix + 'third']: 'c' }), 'OK');
  assert.deepEqual(await redis.mGet([page, none, other]), ['<html>', null, 'b']);
  assert.equal(await redis.getDel(other), 'b');
  assert.equal(await redis.getEx(page, { type: 'PX', value: 15 }), '<html>');
  await until(async () => (await redis.get(page)) === null);
  await redis.set(page, 'text');
  await assert.rejects(redis.lPush(page, 'x'), { message: /^WRONGTYPE / });
  // Sent together: the client pipelines what one turn of the event loop asks.
  const many = await Promise.all(Array.from({ length: 500 }, (_, i) => redis.incrBy(prefix + 'n', i)));
  assert.equal(many.at(-1), (499 * 500) / 2);
  await redis.close();
}

async function queue(port, prefix) {
  const [producer, worker, other] = await Promise.all([connect(port), connect(port), connect(port)]);
  const [jobs, doing] = [prefix + 'jobs', prefix + 'doing'];
  assert.equal(await worker.blPop(jobs, 0.02), null);
  const blocked = async () => blockedClients(await producer.info('clients'));
  const before = await blocked();
  const early = worker.blPop([prefix + 'urgent', jobs], 0);
  await until(async () => (await blocked()) === before + 1);
  const late = other.brPop(jobs, 0);
  await until(async () => (await blocked()) === before + 2);
  assert.equal(await producer.rPush(jobs, ['job 1', 'job 2', 'job 3']), 3);
  assert.deepEqual({ ...(await early) }, { key: jobs, element: 'job 1' });
  assert.deepEqual({ ...(await late) }, { key: jobs, element: 'job 3' });
  assert.equal(await worker.blMove(jobs, doing, 'LEFT', 'RIGHT', 0), 'job 2');
  const waiting = worker.blMove(jobs, doing, 'RIGHT', 'LEFT', 0);
  await until(async () => (await blocked()) === before + 1);
  await producer.multi().lPush(jobs, 'job 4').exec();
  assert.equal(await waiting, 'job 4');
  assert.deepEqual(await producer.lRange(doing, 0, -1), ['job 4', 'job 2']);
  const popped = other.blmPop(0, [prefix + 'none', jobs], 'LEFT', { COUNT: 2 });
  await until(async () => (await blocked()) === before + 1);
  await producer.rPush(jobs, ['a', 'b', 'c']);
  assert.deepEqual([...(await popped)], [jobs, ['a', 'b']]);
  assert.equal(await producer.lRem(doing, 0, 'job 2'), 1);
  assert.deepEqual(await producer.lPos(jobs, 'c'), 0);
  await Promise.all([producer, worker, other].map((client) => client.close()));
}

async function leaderboard(port, prefix) {
  const redis = await connect(port);
  const board = prefix + 'board';
  const entries = [['ann', 10], ['bob', 20], ['cid', 30], ['abe', 20]].map(([value, score]) => ({ value, score }));
  assert.equal(await redis.zAdd(board, entries), 4);
  assert.equal(await redis.zIncrBy(board, 15.5, 'ann'), 25.5);
  const top = await redis.zRangeWithScores(board, 0, 2, { REV: true });
  assert.deepEqual(top.map(({ value, score }) => [value, score]), [['cid', 30], ['ann', 25.5], ['bob', 20]]);
  assert.equal(await redis.zRank(board, 'ann'), 2);
  assert.equal(await redis.zRevRank(board, 'ann'), 1);
  assert.equal(await redis.zRank(board, 'nobody'), null);
  assert.equal(await redis.zScore(board, 'bob'), 20);
  assert.deepEqual(await redis.zmScore(board, ['abe', 'nobody']), [20, null]);
  assert.deepEqual(await redis.zRange(board, '(20', '+inf', { BY: 'SCORE', LIMIT: { offset: 0, count: 1 } }), ['ann']);
  assert.equal(await redis.zCount(board, 20, 26), 3);
  assert.equal(await redis.zAdd(board, { value: 'dan', score: -Infinity }), 1);
  assert.equal(await redis.zScore(board, 'dan'), -Infinity);
  const { value, score } = await redis.zPopMin(board);
  assert.deepEqual([value, score], ['dan', -Infinity]);
  assert.equal(await redis.zUnionStore(prefix + 'sum', [board, board]), 4);
  assert.equal(await redis.zScore(prefix + 'sum', 'ann'), 51);
  assert.equal(await redis.zRem(board, ['ann', 'nobody']), 1);
  assert.equal(await redis.zCard(board), 3);
  await redis.close();
}

async function session(port, prefix) {
  const redis = await connect(port);
  const id = prefix + 'abc';
  assert.equal(await redis.hSet(id, { user: 'ann', visits: '1', note: 'a b\r\nc' }), 3);
  assert.equal(await redis.hIncrBy(id, 'visits', 41), 42);
  assert.deepEqual({ ...(await redis.hGetAll(id)) }, { user: 'ann', visits: '42', note: 'a b\r\nc' });
  assert.deepEqual(await redis.hmGet(id, ['user', 'none']), ['ann', null]);
  assert.equal(await redis.hSetNX(id, 'user', 'bob'), 0);
  assert.equal(await redis.expire(id, 50), 1);
  const ttl = await redis.ttl(id);
  assert.ok(ttl > 0 && ttl <= 50, `TTL is ${ttl}`);
  assert.equal(await redis.hDel(id, ['note', 'none']), 1);
  assert.equal(await redis.hLen(id), 2);
  assert.equal(await redis.type(id), 'hash');
  // Tags of a session: a set beside it.
  assert.equal(await redis.sAdd(id + ':tags', ['new', 'mobile', 'new']), 2);
  assert.equal(await redis.sIsMember(id + ':tags', 'mobile'), 1);
  assert.deepEqual(Array.from(await redis.sMembers(id + ':tags')).sort(), ['mobile', 'new']);
  assert.equal(await redis.pExpire(id, 15), 1);
  await until(async () => (await redis.exists(id)) === 0);
  assert.deepEqual({ ...(await redis.hGetAll(id)) }, {});
  await redis.close();
}

async function fanout(port, prefix) {
  const publisher = await connect(port);
  const channel = prefix + 'news';
  const subscribers = await Promise.all([connect(port), connect(port), connect(port)]);
  const heard = subscribers.map(() => []);
  for (const [i, subscriber] of subscribers.entries()) await subscriber.subscribe(channel, (text) => heard[i].push(text));
  const watcher = await connect(port);
  const matched = [];
  await watcher.pSubscribe(prefix + 'n?ws', (text, from) => matched.push([from, text]));
  for (let i = 0; i < 200; i++) assert.equal(await publisher.publish(channel, `item ${i}`), 4);
  await until(() => [...heard, matched].every((list) => list.length === 200));
  const wanted = Array.from({ length: 200 }, (_, i) => `item ${i}`);
  for (const list of heard) assert.deepEqual(list, wanted);
  assert.deepEqual(matched, wanted.map((text) => [channel, text]));
  // In RESP3 a connection that listens may go on asking.
  assert.equal(await subscribers[1].set(prefix + 'k', 'v'), 'OK');
  await subscribers[0].unsubscribe(channel);
  assert.equal(await publisher.publish(channel, 'last'), 3);
  const shard = [];
  await subscribers[0].sSubscribe(prefix + 'shard', (text) => shard.push(text));
  assert.equal(await publisher.sPublish(prefix + 'shard', 'part'), 1);
  await until(() => shard.length === 1);
  assert.deepEqual(shard, ['part']);
  await Promise.all([publisher, watcher, ...subscribers].map((client) => client.close()));
}

async function transaction(port, prefix) {
  const [one, two] = await Promise.all([connect(port), connect(port)]);
  const stock = prefix + 'stock';
  await one.set(stock, 10);
  await one.watch(stock);
  assert.deepEqual(await one.multi().decr(stock).hSet(prefix + 'order', 'item', 'x').exec(), [9, 1]);
  await one.watch(stock);
  await two.set(stock, 3);
  await assert.rejects(one.multi().decr(stock).exec(), WatchError);
  assert.equal(await one.get(stock), '3');
  const add = async (client, times) => {
    for (let done = 0; done < times; ) {
      await client.watch(stock);
      const value = Number(await client.get(stock));
      try {
        await client.multi().set(stock, value + 1).exec();
        done++;
      } catch (error) {
        if (!(error instanceof WatchError)) throw error;
      }
    }
  };
  await Promise.all([add(one, 50), add(two, 50)]);
  assert.equal(await one.get(stock), '103');
  await Promise.all([one.close(), two.close()]);
}

await run('node-redis', { cache, queue, leaderboard, session, fanout, transaction });
