import type { BackfillChoice } from '../../shared/domain/contractors.ts';
import { listResponses } from '../../shared/store/connections/response-mappings.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { invalid } from '../problem.ts';

/** The largest offset from UTC: a day that has begun anywhere on earth has begun at UTC plus this. */
const earliestZoneMs = 14 * 3_600_000;

/** Refuses a day that has not begun anywhere yet. `field`: its place in the request. */
export function judgeBackfill(choice: BackfillChoice, field: string): void {
  if (choice.which !== 'since') return;
  const latest = new Date(Date.now() + earliestZoneMs).toISOString().slice(0, 10);
  if (choice.since > latest) throw invalid(field, 'send a day that has begun already; for nothing of the past send which: none');
}

export async function offersResponse(db: Db, connectionId: string, responseId: string): Promise<boolean> {
  return (await listResponses(db, connectionId)).some((response) => response.responseId === responseId);
}

/** Refuses a response that the project does not offer now. `field`: the place of its id in the request. */
export async function judgeResponse(db: Db, connectionId: string, responseId: string, field: string): Promise<void> {
  if (!(await offersResponse(db, connectionId, responseId)))
    throw invalid(field, 'send the id of a response that the project offers; the list of responses names them');
}
