import { progressOf } from '../../shared/domain/backfill.ts';
import { stepOfCommand } from '../../shared/domain/commands.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { chooseReader } from '../../shared/store/grants/reading.ts';
import { backfillStandings } from '../../shared/store/projects/backfill-progress.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/**
 * Whether items go back and forth on a connected project. `not-chosen`: it waits for the choice what of the past is brought over;
 * `preparing`: that is settled, and other steps are not; `coming`: live, and the past is being brought over; `in-step`: nothing of it
 * is left to bring; `unread`: nobody whose authorization stands reads the project.
 */
export type Flow = 'not-chosen' | 'preparing' | 'coming' | 'in-step' | 'paused' | 'unread';

export async function readFlow(db: Db, connection: Connection): Promise<Flow> {
  const { connectionId, stage } = connection;
  const link = (await listProjectLinks(db, connectionId)).find(({ state }) => state !== 'unlinked');
  if (stage === 'onboarding' || link === undefined) {
    const choice = await findStep(db, connectionId, stepOfCommand['choose-backfill']);
    return choice?.state === 'done' || choice?.state === 'skipped' ? 'preparing' : 'not-chosen';
  }
  if (stage !== 'live' || link.state === 'paused') return 'paused';
  if ((await chooseReader(db, connection)).grant === null) return 'unread';
  if (link.backfill?.which === 'none') return 'in-step';
  return progressOf(await backfillStandings(db, connectionId), link.backfill ?? null).state === 'done' ? 'in-step' : 'coming';
}

/** In words; `inviter`: who invited, and chooses. */
export const flowWords: Readonly<Record<Flow, (inviter: string) => string>> = {
  'not-chosen': (inviter) =>
    `RFIs and submittals go back and forth by themselves once ${inviter} has chosen what of the past is brought over.`,
  preparing: () =>
    'It is settled what of the past is brought over. RFIs and submittals go back and forth by themselves once the last checks are passed.',
  coming: () => 'RFIs and submittals go back and forth by themselves. What was chosen of the past is being brought over.',
  'in-step': () => 'RFIs and submittals go back and forth by themselves.',
  unread: () =>
    'RFIs and submittals wait: the authorization that the project is read with is over. Nothing is lost; they go on once whoever connected it has signed in to Procore again, by the link in the mail that asks for it.',
  paused: (inviter) => `It is paused: RFIs and submittals go back and forth again once ${inviter} resumes it.`,
};
