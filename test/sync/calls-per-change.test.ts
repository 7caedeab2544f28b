import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CallsGround, startCallsGround } from '../../bench/calls/ground.ts';
import { countCalls, type Phase } from '../../bench/calls/phases.ts';
import { createTestDatabase } from '../support/database.ts';

let ground: CallsGround;
let phases: readonly Phase[];

beforeAll(async () => {
  ground = await startCallsGround(await createTestDatabase());
  phases = await countCalls(ground);
  console.log(JSON.stringify(phases, null, 1));
}, 400_000);
afterAll(() => ground.close());

test('x', () => {
  expect(phases.length).toBe(6);
});
