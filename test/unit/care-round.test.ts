import { expect, test } from '@jest/globals';
import { newRound } from '../../activities/checks/round.ts';
import type { Outcome } from '../../shared/domain/steps.ts';
import { plans } from '../../workflows/plans/index.ts';

const { steps } = plans.hammertech;
const met = (levels: string): Outcome => ({ state: 'met', evidence: { levels: [levels] } });
const project = { id: '1', name: 'A', number: null, city: null, timeZone: null, active: true };

test('what came out otherwise makes every step that rests on it be asked anew, and no other', () => {
  const round = newRound(steps, new Set());
  round.noteOutcome('verifyPartner', met('a'), met('a'));
  expect(round.asksAnew('matchRecords')).toBe(false);
  round.noteOutcome('verifyCompanyTemplate', met('a'), met('b'));
  expect(steps.filter(({ id }) => round.asksAnew(id)).map(({ id }) => id)).toEqual([
    'verifyProjectTemplate',
    'assignProjects',
    'matchRecords',
    'dryRun',
    'confirm',
    'live',
  ]);
});

test('one reading of the list serves a credential for the round; one that failed is made again', async () => {
  const round = newRound(steps, new Set());
  let readings = 0;
  const read = async () => {
    readings += 1;
    if (readings === 1) throw new Error('passing trouble');
    return [project];
  };
  await expect(round.activeProjects('one', read)).rejects.toThrow('passing trouble');
  expect(round.listed).toBeUndefined();
  await Promise.all([round.activeProjects('one', read), round.activeProjects('one', read)]);
  expect([readings, round.listed]).toEqual([2, [project]]);
  await round.activeProjects('another', read);
  expect(readings).toBe(3);
});
