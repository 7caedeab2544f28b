import { expect, test } from '@jest/globals';
import { credentialStates, credentialTransitions } from '../../shared/domain/credentials.ts';
import { concernsConnection, faultKinds, faultTable } from '../../shared/domain/faults.ts';
import { outcome, outcomeOfRow, restingOn } from '../../shared/domain/steps.ts';
import { hammertech } from '../../workflows/plans/hammertech.ts';

test('what rests on the choice of projects is found by what the steps need, in the order of the plan', () => {
  expect(restingOn(hammertech.steps, 'assignProjects')).toEqual(['assignProjects', 'matchRecords', 'dryRun', 'confirm', 'live']);
  expect(restingOn(hammertech.steps, 'matchRecords')).toEqual(['matchRecords', 'dryRun', 'confirm', 'live']);
  expect(restingOn(hammertech.steps, 'live')).toEqual(['live']);
});

test('what rests on a step does not depend on the order in which a plan names its steps', () => {
  const backwards = [...hammertech.steps].reverse();
  expect(new Set(restingOn(backwards, 'assignProjects'))).toEqual(new Set(restingOn(hammertech.steps, 'assignProjects')));
});

test('credentials move as written down, and nowhere else', () => {
  const moves = credentialStates.flatMap((from) => credentialTransitions[from].map((to) => `${from} → ${to}`));
  expect(moves).toEqual([
    'in-force → superseded',
    'proposed → in-force',
    'proposed → refused',
    'proposed → superseded',
    'refused → in-force',
    'refused → superseded',
  ]);
});

test('what concerns a connection as a whole is a refused credential, a missing app or a hidden company', () => {
  expect(faultKinds.filter(concernsConnection)).toEqual([
    'credential-rejected',
    'app-not-connected',
    'company-not-visible',
    'not-company-admin',
    'partner-credential-rejected',
    'invitation-failed',
  ]);
});

test('only a fault that parks may concern one record alone: what passes by itself holds for the whole stream', () => {
  for (const kind of faultKinds)
    if (faultTable[kind].handling === 'retry') expect([kind, faultTable[kind].reach]).toEqual([kind, 'stream']);
});

test('a row whose sentences are longer than any that is written now is read with them cut, and never written so again', () => {
  const row = { state: 'met', evidence: { guide: 'x'.repeat(700) }, warnings: ['short', '🏗'.repeat(400)] };
  expect(outcome.safeParse(row).success).toBe(false);
  expect(outcomeOfRow(row)).toEqual({
    state: 'met',
    evidence: { guide: `${'x'.repeat(599)}…` },
    warnings: ['short', `${'🏗'.repeat(299)}…`],
  });
  expect(() => outcomeOfRow({ state: 'met' })).toThrow(/evidence/);
});
