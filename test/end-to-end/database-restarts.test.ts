import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jsonClient } from '../../scripts/tour/http.ts';
import { eventually } from '../support/eventually.ts';
import { isAlive, startStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
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
  } finally {
    await new Promise((closed) => inTheWay.close(closed));
  }
  await eventually('the API to answer from the database', answersFromRows, 60_000);
  expect(postgresPid()).not.toBe(before);
  expect(isAlive(postgresPid())).toBe(true);
}, 150_000);

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
