// Programs that send scripts: job queues, locks, rate limiters, sessions. Each scenario checks what it came to, not only that nothing failed.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import BeeQueue from 'bee-queue';
import Bull from 'bull';
import { FlowProducer, Queue, QueueEvents, Worker } from 'bullmq';
import { RedisStore } from 'connect-redis';
import Redis from 'ioredis';
import { createClient } from 'redis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import Redlock from 'redlock';
import { run, until } from './scenario.mjs';

EventEmitter.defaultMaxListeners = 1000; // each job that is awaited listens to its queue

const connect = (port) => new Redis({ host: '127.0.0.1', port, retryStrategy: null, maxRetriesPerRequest: 0 });

async function connectNodeRedis(port) {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false } });
  client.on('error', () => {}); // the command that meets it rejects
  return client.connect();
}

/** How often each number from 0 on was done. */
const wantedCounts = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [i, 1]));

/** A table of how often what was done. */
class Counts {
  constructor() {
    this.of = {};
  }

  add(id) {
    this.of[id] = (this.of[id] ?? 0) + 1;
  }
}

async function beequeue(port, prefix) {
  const settings = { redis: { host: '127.0.0.1', port }, prefix: prefix + 'bq', backoff: 'immediate', activateDelayedJobs: true, nearTermWindow: 50 };
  const producer = new BeeQueue('jobs', { ...settings, isWorker: false });
  const workers = [new BeeQueue('jobs', settings), new BeeQueue('jobs', settings)];
  await Promise.all([producer, ...workers].map((queue) => queue.ready()));
  const done = new Counts();
  const [attempts, results] = [new Counts(), {}];
  producer.on('job succeeded', (id, result) => (results[id] = result));
  for (const worker of workers)
    worker.process(5, async ({ data }) => {
      attempts.add(data.n);
      if (data.failures >= attempts.of[data.n]) throw new Error(`attempt ${attempts.of[data.n]} of ${data.n}`);
      done.add(data.n);
      return data.n * 2;
    });
  const count = 60;
  const jobs = Array.from({ length: count }, (_, n) => producer.createJob({ n, failures: n % 10 === 0 ? 2 : 0 }).retries(3));
  assert.equal((await producer.saveAll(jobs)).size, 0);
  await until(() => Object.keys(results).length === count);
  assert.deepEqual(done.of, wantedCounts(count));
  for (const job of jobs) assert.equal(results[job.id], job.data.n * 2);
  for (let n = 0; n < count; n++) assert.equal(attempts.of[n], n % 10 === 0 ? 3 : 1);
  // One that fails for good, and one that is delayed: not done before its time.
  const hopeless = await producer.createJob({ n: 'hopeless', failures: 9 }).retries(1).save();
  const due = Date.now() + 300;
  const late = producer.createJob({ n: 7000, failures: 0 }).delayUntil(due);
  let doneAt = 0;
  late.on('succeeded', () => (doneAt = Date.now()));
  await late.save();
  assert.equal((await producer.checkHealth()).delayed, 1);
  await until(() => doneAt !== 0);
  assert.ok(doneAt >= due, `done ${due - doneAt} ms too early`);
  await until(async () => (await producer.checkHealth()).failed === 1);
  assert.equal(attempts.of.hopeless, 2);
  assert.equal((await producer.getJob(hopeless.id)).status, 'failed');
  const { waiting, active, succeeded, delayed } = await producer.checkHealth();
  assert.deepEqual({ waiting, active, succeeded, delayed }, { waiting: 0, active: 0, succeeded: count + 1, delayed: 0 });
  await producer.removeJob(hopeless.id);
  assert.equal((await producer.checkHealth()).failed, 0);
  await Promise.all([producer, ...workers].map((queue) => queue.close()));
}

async function bull(port, prefix) {
  const settings = { redis: { host: '127.0.0.1', port }, prefix: prefix + 'bull' };
  const producer = new Bull('jobs', settings);
  const workers = [new Bull('jobs', settings), new Bull('jobs', settings)];
  const [done, attempts] = [new Counts(), new Counts()];
  for (const worker of workers)
    worker.process(5, async ({ data }) => {
      attempts.add(data.n);
      if (data.failures >= attempts.of[data.n]) throw new Error(`attempt ${attempts.of[data.n]} of ${data.n}`);
      done.add(data.n);
      return { twice: data.n * 2 };
    });
  const count = 60;
  const added = await producer.addBulk(
    Array.from({ length: count }, (_, n) => ({ data: { n, failures: n % 10 === 0 ? 2 : 0 }, opts: { attempts: 3, backoff: 10 } })));
  const finished = await Promise.all(added.map((job) => job.finished()));
  assert.deepEqual(finished.map(({ twice }) => twice), added.map((_, n) => n * 2));
  assert.deepEqual(done.of, wantedCounts(count));
  for (let n = 0; n < count; n++) assert.equal(attempts.of[n], n % 10 === 0 ? 3 : 1);
  // Delayed, and failing for good.
  const due = Date.now() + 200;
  const late = await producer.add({ n: 7000, failures: 0 }, { delay: 200 });
  const hopeless = await producer.add({ n: 8000, failures: 9 }, { attempts: 2 });
  await assert.rejects(hopeless.finished(), { message: 'attempt 2 of 8000' });
  await late.finished();
  assert.ok(Date.now() >= due, 'done too early');
  assert.equal(await hopeless.getState(), 'failed');
  await hopeless.remove();
  // By priority, not in the order in which they came: all are there before the only worker begins.
  const ranked = new Bull('ranked', settings);
  const queued = [];
  for (const priority of [30, 10, 20]) queued.push(await ranked.add({ priority }, { priority }));
  const order = [];
  ranked.process(1, async ({ data }) => order.push(data.priority));
  await Promise.all(queued.map((job) => job.finished()));
  assert.deepEqual(order, [10, 20, 30]);
  assert.deepEqual(await producer.getJobCounts(), { waiting: 0, active: 0, completed: count + 1, failed: 0, delayed: 0, paused: 0 });
  assert.equal((await producer.clean(0, 'completed')).length, count + 1);
  await Promise.all([producer, ranked, ...workers].map((queue) => queue.close()));
}

// Its events are entries of a stream, which QueueEvents reads with XREAD BLOCK and the queue trims.
async function bullmq(port, prefix) {
  const settings = { connection: { host: '127.0.0.1', port, maxRetriesPerRequest: null }, prefix: prefix + 'bullmq' };
  const queue = new Queue('jobs', { ...settings, streams: { events: { maxLen: 1000 } } });
  const events = new QueueEvents('jobs', { ...settings, lastEventId: '0' }); // also what comes before it reads
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const [done, attempts, told] = [new Counts(), new Counts(), new Counts()];
  for (const name of ['added', 'active', 'completed', 'failed', 'delayed', 'drained']) events.on(name, () => told.add(name));
  const work = async ({ data }) => {
    attempts.add(data.n);
    if (data.failures >= attempts.of[data.n]) throw new Error(`attempt ${attempts.of[data.n]} of ${data.n}`);
    done.add(data.n);
    return { twice: data.n * 2 };
  };
  const workers = [0, 1].map(() => new Worker('jobs', work, { ...settings, concurrency: 5 }));
  const count = 60;
  const added = await queue.addBulk(
    Array.from({ length: count }, (_, n) => ({ name: 'double', data: { n, failures: n % 10 === 0 ? 2 : 0 }, opts: { attempts: 3, backoff: { type: 'fixed', delay: 10 } } })));
  const finished = await Promise.all(added.map((job) => job.waitUntilFinished(events)));
  assert.deepEqual(finished.map(({ twice }) => twice), added.map((_, n) => n * 2));
  assert.deepEqual(done.of, wantedCounts(count));
  for (let n = 0; n < count; n++) assert.equal(attempts.of[n], n % 10 === 0 ? 3 : 1);
  await until(() => told.of.completed === count);
  assert.equal(told.of.added, count);
  // Delayed, failing for good, removed, and asked for by its ID once only.
  const due = Date.now() + 200;
  const late = await queue.add('late', { n: 7000, failures: 0 }, { delay: 200 });
  const hopeless = await queue.add('hopeless', { n: 8000, failures: 9 }, { attempts: 2 });
  await assert.rejects(hopeless.waitUntilFinished(events), { message: 'attempt 2 of 8000' });
  await late.waitUntilFinished(events);
  assert.ok(Date.now() >= due, 'done too early');
  assert.equal(await hopeless.getState(), 'failed');
  await hopeless.remove();
  const once = await Promise.all([0, 1].map(() => queue.add('once', { n: 9000, failures: 0 }, { jobId: 'the one' })));
  await once[0].waitUntilFinished(events);
  assert.equal(attempts.of[9000], 1);
  // By priority: all are there before the only worker begins.
  const ranked = new Queue('ranked', settings);
  for (const priority of [30, 10, 20]) await ranked.add('ranked', { priority }, { priority });
  const order = [];
  const ranker = new Worker('ranked', async ({ data }) => order.push(data.priority), { ...settings, concurrency: 1 });
  await until(() => order.length === 3);
  assert.deepEqual(order, [10, 20, 30]);
  // A parent waits for its children, in other queues.
  const flows = new FlowProducer(settings);
  const parents = new Worker('parents', async (job) => Object.values(await job.getChildrenValues()).map(({ twice }) => twice).sort(), settings);
  const parentEvents = new QueueEvents('parents', settings);
  await parentEvents.waitUntilReady();
  const flow = await flows.add({ name: 'sum', queueName: 'parents', children: [1, 2, 3].map((n) => ({ name: 'child', queueName: 'jobs', data: { n: 10_000 + n, failures: 0 } })) });
  assert.deepEqual(await flow.job.waitUntilFinished(parentEvents), [20_002, 20_004, 20_006]);
  assert.deepEqual(await queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed'), { waiting: 0, active: 0, delayed: 0, failed: 0, completed: count + 5 });
  await queue.trimEvents(10);
  await queue.pause();
  await queue.obliterate({ force: true });
  assert.equal(await queue.count(), 0);
  await Promise.all([ranker, parents, ...workers].map((worker) => worker.close()));
  await Promise.all([queue, ranked, flows, events, parentEvents].map((part) => part.close()));
}

async function redlock(port, prefix) {
  const clients = [connect(port), connect(port)];
  const lockers = clients.map((client) => new Redlock([client], { retryCount: 0 }));
  const patient = clients.map((client) => new Redlock([client], { retryCount: 2000, retryDelay: 2, retryJitter: 2 }));
  const [name, other] = [prefix + 'lock', prefix + 'other'];
  const lock = await lockers[0].lock(name, 20_000);
  await assert.rejects(lockers[1].lock(name, 20_000), { name: 'LockError' });
  // Several at once: all or none.
  await assert.rejects(lockers[1].lock([other, name], 20_000), { name: 'LockError' });
  assert.equal(await clients[0].exists(other), 0);
  await lock.extend(50_000);
  const ttl = await clients[0].pttl(name);
  assert.ok(ttl > 20_000 && ttl <= 50_000, `PTTL is ${ttl}`);
  await lock.unlock();
  assert.equal(await clients[0].exists(name), 0);
  await assert.rejects(lock.unlock(), { name: 'LockError' });
  // Whoever's lock has expired cannot unlock its successor's.
  const expired = await lockers[0].lock(name, 15);
  await until(async () => (await clients[1].exists(name)) === 0);
  const next = await lockers[1].lock(name, 20_000);
  await assert.rejects(expired.unlock(), { name: 'LockError' });
  assert.equal(await clients[0].exists(name), 1);
  await next.unlock();
  // What is read and written under the lock is never lost.
  const add = async (i) => {
    for (let n = 0; n < 20; n++) {
      const held = await patient[i].lock(name, 20_000);
      const value = Number((await clients[i].get(other)) ?? 0);
      await clients[i].set(other, value + 1);
      await held.unlock();
    }
  };
  await Promise.all([add(0), add(1)]);
  assert.equal(await clients[0].get(other), '40');
  await Promise.all(clients.map((client) => client.quit()));
}

async function limiter(port, prefix) {
  const [io, other, nodeRedis] = [connect(port), connect(port), await connectNodeRedis(port)];
  const kinds = [
    ['ioredis', [io, other].map((storeClient) => ({ storeClient }))],
    ['node-redis', [{ storeClient: nodeRedis, useRedisPackage: true }]],
  ];
  for (const [kind, clients] of kinds) {
    const limiters = clients.map((client) => new RateLimiterRedis({ ...client, points: 50, duration: 100, keyPrefix: prefix + kind }));
    const tries = await Promise.allSettled(Array.from({ length: 80 }, (_, i) => limiters[i % limiters.length].consume('ann')));
    const passed = tries.filter(({ status }) => status === 'fulfilled').map(({ value }) => value.remainingPoints);
    assert.deepEqual(passed.sort((a, b) => b - a), Array.from({ length: 50 }, (_, i) => 49 - i));
    const refused = tries.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
    assert.deepEqual(refused.map(({ consumedPoints }) => consumedPoints).sort((a, b) => a - b), Array.from({ length: 30 }, (_, i) => 51 + i));
    for (const { msBeforeNext } of refused) assert.ok(msBeforeNext > 0 && msBeforeNext <= 100_000, `${msBeforeNext} ms`);
    // Another user has points of its own; a reward gives points back.
    assert.equal((await limiters[0].consume('bob', 20)).remainingPoints, 30);
    assert.equal((await limiters[0].reward('bob', 5)).remainingPoints, 35);
    assert.equal((await limiters[0].get('bob')).consumedPoints, 15);
    assert.equal((await limiters[0].block('bob', 60)).consumedPoints, 51);
    await assert.rejects(limiters[0].consume('bob'), ({ consumedPoints }) => consumedPoints === 52);
    assert.equal(await limiters[0].delete('bob'), true);
    assert.equal((await limiters[0].consume('bob')).remainingPoints, 49);
  }
  // The window ends.
  const brief = new RateLimiterRedis({ storeClient: io, points: 1, duration: 1, keyPrefix: prefix + 'brief' });
  await brief.consume('cid');
  await assert.rejects(brief.consume('cid'), ({ consumedPoints }) => consumedPoints === 2);
  await until(async () => (await brief.get('cid')) === null);
  assert.equal((await brief.consume('cid')).isFirstInDuration, true);
  await Promise.all([io.quit(), other.quit(), nodeRedis.close()]);
}

async function sessions(port, prefix) {
  const client = await connectNodeRedis(port);
  const store = new RedisStore({ client, prefix: prefix + 'sess:', ttl: 100 });
  const session = (user) => ({ cookie: { originalMaxAge: null }, user });
  for (let i = 0; i < 20; i++) await store.set(`id ${i}`, session(`user ${i}`));
  assert.equal((await store.get('id 3')).user, 'user 3');
  assert.equal(await store.length(), 20);
  assert.deepEqual((await store.ids()).sort(), Array.from({ length: 20 }, (_, i) => `id ${i}`).sort());
  await client.expire(prefix + 'sess:id 3', 10);
  await store.touch('id 3', session('user 3'));
  const ttl = await client.ttl(prefix + 'sess:id 3');
  assert.ok(ttl > 10 && ttl <= 100, `TTL is ${ttl}`);
  await store.destroy('id 3');
  assert.equal((await store.get('id 3')) ?? null, null);
  assert.deepEqual((await store.all()).map(({ user }) => user).sort(), Array.from({ length: 20 }, (_, i) => `user ${i}`).filter((user) => user !== 'user 3').sort());
  await store.clear();
  assert.equal(await store.length(), 0);
  await client.close();
}

await run('programs', { beequeue, bull, bullmq, redlock, limiter, sessions });
process.exit(0); // bee-queue leaves a timer behind
