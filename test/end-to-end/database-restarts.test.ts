import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { jsonClient } from '../../scripts/tour/http.ts';
import { eventually } from '../support/eventually.ts';
import { isAlive, startStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack({ profile: 'brief' });
}, 120_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

test('a database that dies, and then fails to start for a while, is started until it runs, and the API answers from it again', async () => {
  const before = postgresPid();
  expect(await answersFromRows()).toBe(true);
  process.kill(before, 'SIGKILL');
  const inTheWay = await standOn(Number(new URL(stack.run().database).port));
  try {
    await eventually('two starts of it to have failed', () => failedStarts() >= 2, 30_000);
    const { api, apiKey } = stack.run();
    await expect(jsonClient(api, apiKey).get('/v1/connections')).rejects.toThrow(/answered 503: .*"code":"not-available"/);
  } finally {
    await new Promise((closed) => inTheWay.close(closed));
  }
  await eventually('the API to answer from the database', answersFromRows, 60_000);
  expect(postgresPid()).not.toBe(before);
  expect(isAlive(postgresPid())).toBe(true);
}, 150_000);

test('its log tells that a statement failed, and neither the statement nor the row', async () => {
  const client = new pg.Client({ connectionString: stack.adminDatabaseUrl() });
  await client.connect();
  await client.query('create temp table one_of_each (word text primary key)');
  const twice = `insert into one_of_each values ('needle in a row'), ('needle in a row')`;
  await expect(client.query(twice)).rejects.toThrow('duplicate key');
  await client.end();
  await eventually('the failure to be in the log', () => stack.logs().includes('"one_of_each_pkey"'));
  expect(stack.logs()).not.toContain('needle');
}, 60_000);

const postgresPid = (): number => stack.run().pids['postgres'] ?? Number.NaN;

const failedStarts = (): number => stack.logs().match(/postgres ended \(at its start\)/g)?.length ?? 0;

async function answersFromRows(): Promise<boolean> {
  const { api, apiKey } = stack.run();
  return await jsonClient(api, apiKey)
    .get('/v1/connections')
    .then(
      () => true,
      () => false,
    );
}

/** Takes a port as soon as it is free, and hangs up on whoever calls there. */
async function standOn(port: number): Promise<Server> {
  return await eventually('the port to be free', async () => {
    const server = createServer((socket) => socket.destroy());
    return await new Promise<Server | undefined>((resolve) => {
      server.once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  });
}
