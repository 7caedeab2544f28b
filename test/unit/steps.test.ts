import { expect, test } from '@jest/globals';
import { credentialStates, credentialTransitions } from '../../shared/domain/credentials.ts';
import { concernsConnection, faultKinds, faultTable } from '../../shared/domain/faults.ts';
import { outcome, outcomeOfRow, restingOn, stepTaking } from '../../shared/domain/steps.ts';
import { hammertech } from '../../workflows/plans/hammertech.ts';
import { part3 } from '../../workflows/plans/part3.ts';

test('what rests on the choice of projects is found by what the steps need, in the order of the plan', () => {
  expect(restingOn(hammertech.steps, 'assignProjects')).toEqual(['assignProjects', 'matchRecords', 'dryRun', 'confirm', 'live']);
  expect(restingOn(hammertech.steps, 'matchRecords')).toEqual(['matchRecords', 'dryRun', 'confirm', 'live']);
  expect(restingOn(hammertech.steps, 'live')).toEqual(['live']);
});

test('what rests on a step does not depend on the order in which a plan names its steps', () => {
  const backwards = [...hammertech.steps].reverse();
  expect(new Set(restingOn(backwards, 'assignProjects'))).toEqual(new Set(restingOn(hammertech.steps, 'assignProjects')));
});

test('a sign-in is told to the last step of the person’s own that listens, of a live connection to one that care repeats', () => {
  const onboarding = (...settled: string[]) => ({ isLive: false, settled: new Set(settled) });
  const live = { isLive: true, settled: new Set(part3.steps.map(({ id }) => id)) };
  expect(stepTaking(hammertech.steps, 'admin', onboarding('verifyCredentials'))).toBe('proveOwnership');
  expect(stepTaking(hammertech.steps, 'admin', live)).toBe('proveOwnership');
  expect(stepTaking(part3.steps, 'contractor', onboarding('inviteContractor'))).toBe('contractorSignsIn');
  expect(stepTaking(part3.steps, 'contractor', onboarding('inviteContractor', 'contractorSignsIn'))).toBe('authorizeContractor');
  expect(stepTaking(part3.steps, 'contractor', live)).toBe('authorizeContractor');
  expect(stepTaking(part3.steps, 'responder', live)).toBe('authorizeResponders');
});

test('while no step of the person’s own listens, another takes up what they did; before any does, none is told', () => {
  const run = { isLive: false, settled: new Set(['inviteContractor', 'contractorSignsIn']) };
  expect(stepTaking(part3.steps, 'responder', run)).toBe('authorizeContractor');
  expect(stepTaking(hammertech.steps, 'admin', { isLive: false, settled: new Set() })).toBeUndefined();
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

test('what concerns a connection as a whole is a refused credential, a missing app or a hidden company, and two customers of one project', () => {
  expect(faultKinds.filter(concernsConnection)).toEqual([
    'credential-rejected',
    'app-not-connected',
    'company-not-visible',
    'not-company-admin',
    'partner-credential-rejected',
    'already-connected',
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
