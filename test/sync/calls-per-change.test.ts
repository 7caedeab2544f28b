import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CallsGround, startCallsGround } from '../../bench/calls/ground.ts';
import { countCalls, type Phase } from '../../bench/calls/phases.ts';
import { createTestDatabase } from '../support/database.ts';

let ground: CallsGround;
let phases: ReadonlyMap<string, Phase>;

beforeAll(async () => {
  ground = await startCallsGround(await createTestDatabase());
  phases = new Map((await countCalls(ground)).map((phase) => [phase.name, phase]));
}, 600_000);
afterAll(() => ground.close());

function phaseOf(name: string): Phase {
  const phase = phases.get(name);
  if (!phase) throw new Error(`there is no ${name} among ${[...phases.keys()].join(', ')}`);
  return phase;
}

/** Within 1.05 of the least; a miss names the operations. */
function expectLeast({ name, calls, least, byOperation }: Phase): void {
  const ratio = calls / least;
  expect({ name, calls, least, byOperation, ok: ratio <= 1.05 }).toMatchObject({ ok: true });
}

test('two onboardings of 17 projects cost what their proofs need', () => {
  expectLeast(phaseOf('onboarding'));
});

test('thirty days of all projects cost one call an entry, and a look at the window', () => {
  const phase = phaseOf('manpower: first 30 days');
  expect(phase.written).toBeGreaterThan(2000);
  expectLeast(phase);
});

test('a cycle without changes costs no call', () => {
  expect(phaseOf('manpower: idle')).toMatchObject({ calls: 0, byOperation: {} });
});

test.each(['manpower: a new day', 'manpower: the day goes on'])('%s costs two calls a project and one an employer', (name) => {
  expect(phaseOf(name).written).toBeGreaterThan(50);
  expectLeast(phaseOf(name));
});

test('a round of care in which all stands costs a list of projects and three calls a company', () => {
  expectLeast(phaseOf('care: a round'));
});
