import { type Plans, restingOn } from '../../shared/domain/steps.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { dueAgain, reopenSteps, type StoredStep } from '../../shared/store/connections/steps.ts';
import { dropDryRun } from '../../shared/store/projects/dry-runs.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/**
 * Reopens what rests on a decided step, under the connection's lock and in the transaction that stored the decision: nobody sees
 * the new choice beside proofs of the old one. During onboarding this also drops the dry run, and with it every confirmation of
 * it. On a live connection the steps that care repeats become due at once. Returns the result in words.
 */
export async function reopen(db: Db, plans: Plans, connection: Connection, decided: string): Promise<string> {
  const { connectionId, stage } = connection;
  const { steps } = plans[connection.partner];
  const resting = restingOn(steps, decided);
  if (stage !== 'onboarding') {
    const repeated = new Set(steps.flatMap(({ id, repeatInCare }) => (repeatInCare ? [id] : [])));
    return inWords(
      await dueAgain(
        db,
        connectionId,
        resting.filter((id) => repeated.has(id)),
      ),
    );
  }
  await dropDryRun(db, connectionId);
  return inWords(await reopenSteps(db, connectionId, resting, decided));
}

const inWords = (steps: number): string =>
  steps === 0 ? 'applied' : `applied; ${steps} ${steps === 1 ? 'step is' : 'steps are'} looked at again`;

/**
 * Whether a decision took back something that this step needs and that is not proven again yet: then the step must not be judged.
 */
export function needsTakenBack(plans: Plans, { partner }: Connection, rows: readonly StoredStep[], stepId: string): boolean {
  const needs = plans[partner].steps.find(({ id }) => id === stepId)?.needs ?? [];
  return rows.some(
    ({ stepId: id, generation, state }) => generation > 1 && needs.includes(id) && state !== 'done' && state !== 'skipped',
  );
}
