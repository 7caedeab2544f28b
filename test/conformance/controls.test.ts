import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import { createPartners } from '../../shared/partners/registry.ts';
import type { StreamRun } from '../../shared/partners/stream.ts';
import { plans } from '../../workflows/plans/index.ts';
import { useTestStore } from '../support/store.ts';
import * as broken from './broken.ts';
import { checkLines } from './check-lines.ts';
import { type ClientBench, openClientBench } from './client-bench.ts';
import { declarationLines } from './declaration-lines.ts';
import { openStreamBench } from './engine-bench.ts';
import { failing, type Line } from './line.ts';
import { listLines } from './list-lines.ts';
import { refusalLines } from './refusal-lines.ts';
import { streamLines } from './stream-lines.ts';
import { subjects } from './subjects.ts';

const store = useTestStore();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ profile: 'brief' });
  sandbox.world.switches.set('rateProfile', 'generous');
});
afterAll(() => sandbox.close());

const named = <Bench>(lines: readonly Line<Bench>[], beginning: string): readonly Line<Bench>[] => {
  const found = lines.filter(({ says }) => says.startsWith(beginning));
  if (found.length !== 1) throw new Error(`${found.length} lines begin with: ${beginning}`);
  return found;
};

/** A way to break a client, and the line that has to tell. */
const clients: readonly (readonly [string, (partner: Partner) => Partner, string])[] = [
  ['drops the second page', broken.dropsTheSecondPage, 'every list is read to its last page'],
  ['drops the second page', broken.dropsTheSecondPage, 'a record that changes while its list is read'],
  ['rounds ids', broken.roundsIds, 'an id beyond 2^53'],
  ['takes trouble for an empty list', broken.takesTroubleForNothing, 'a success that says "<html>"'],
  ['takes trouble for an empty list', broken.takesTroubleForNothing, 'an answer that breaks its schema'],
  ['calls a 500 surely not done', broken.callsA500NotDone, 'an answer of 500'],
  ['repeats what it was told', broken.repeatsWhatItWasTold, 'an answer of 422'],
  ['sends each write twice', broken.sendsEachWriteTwice, 'each write is one request'],
  ['sends without a claim', broken.sendsWithoutClaim, 'a write whose claim has ended'],
  ['writes while looking', broken.writesWhileLooking, 'a client for looking alone'],
];

describe.each(['hammertech', 'part3'] as const)('a client of %s', (name) => {
  test.each(clients)('that %s is found out (%#)', async (_what, breaking, line) => {
    const benches: ClientBench[] = [];
    const failed = await failing(named([...listLines, ...refusalLines], line), async () => {
      const bench = await openClientBench(breaking(createPartners()[name]), subjects[name].client(sandbox), sandbox);
      benches.push(bench);
      return bench;
    });
    await Promise.all(benches.map(({ relay }) => relay.close()));
    expect(failed).toEqual([expect.stringContaining(line)]);
  });
});

/** A way to break a stream, the stream, and the line that has to tell. */
const runs: readonly (readonly [string, 'hammertech' | 'part3', string, (run: StreamRun) => StreamRun, string])[] = [
  ['makes records twice', 'hammertech', 'manpower', broken.createsTwice, 'each record of the source is written once'],
  ['makes records twice', 'part3', 'rfi-replies', broken.createsTwice, 'each record of the source is written once'],
  ['never rests', 'part3', 'rfis', broken.neverRests, 'each record of the source is written once'],
  ['takes every failure for not done', 'hammertech', 'incidents', broken.takesEveryFailureForNotDone, 'a 500 after the write'],
  ['finds nothing', 'hammertech', 'vendors', broken.findsNothing, 'a cut connection after the write'],
  [
    'takes absence for deletion',
    'hammertech',
    'manpower',
    broken.takesAbsenceForDeletion(),
    'what the source does not show any more',
  ],
];

test.each(runs)('a stream that %s is found out: %s %s', async (_what, name, stream, breaking, line) => {
  const partner = broken.withRun(createPartners()[name], stream, breaking);
  const failed = await failing(named(streamLines, line), () =>
    openStreamBench(partner, subjects[name], stream, sandbox, store()),
  );
  sandbox.world.faults.removeAll();
  expect(failed).toEqual([expect.stringContaining(line)]);
});

const part3 = createPartners().part3;
const plan = plans.part3;

const { ownerWords: _, ...withoutOwnerWords } = part3;

/** A way to break what a partner says of itself, and the line that has to tell. */
const declarations: readonly (readonly [string, Partner, string])[] = [
  ['a stream of no module', { ...part3, modules: ['rfis'] }, 'every stream has a name of its own'],
  ['a module that is on, and none', { ...part3, modulesByDefault: ['weather'] }, 'modules that are on by themselves'],
  ['a step without its check', { ...part3, checks: {} }, 'every step of the plan has its check'],
  ['settings that take anything', { ...part3, settings: z.looseObject({}) }, 'a value that cannot be is refused'],
  [
    'a setting without a default',
    { ...part3, settings: z.strictObject({ hue: z.string().optional() }) },
    'what is not set has its default',
  ],
  ['steps of modules that are none', { ...part3, stepsOfModules: ['weather'] }, 'steps that prove what modules need'],
  ['nothing to say of an owner who does not read', withoutOwnerWords, 'where people call Procore it has words'],
  ['nobody to ask', { ...part3, support: { contact: 'call us', hours: '' } }, 'people are told whom to ask'],
  [
    'an example that its own form refuses',
    { ...part3, login: { ...part3.login, example: { organisation: 'x', token: 'short' } } },
    'a login is what its example shows',
  ],
];

test.each(declarations)('a declaration with %s is found out', async (_what, partner, line) => {
  expect(await failing(named(declarationLines, line), () => ({ partner, plan }))).toEqual([expect.stringContaining(line)]);
});

test.each([
  ['breaks', () => Promise.reject(new TypeError('reading undefined'))],
  ['says nothing', async () => ({ outcome: { state: 'waiting', on: 'admin', seen: '', needed: '', where: '' } }) as const],
] as const)('a check that %s is found out', async (_what, check) => {
  const partner = { ...part3, checks: { verifyPartner: check } };
  const failed = await failing(named(checkLines, 'with everything known'), () => ({ partner }));
  expect(failed).toHaveLength(1);
});
