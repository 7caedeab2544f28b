import type { BoundCompany } from '../../domain/company.ts';
import type { Query } from '../../http/far-side-url.ts';
import type { ProcoreClient } from '../contract.ts';
import { collect, list, orAbsent, read, rest, write } from '../requests.ts';
import { type ListedRfi, listedRfi, type Rfi, shownRfi } from './rfi-schema.ts';

export type { ListedRfi, Rfi } from './rfi-schema.ts';

/** Instants, both included; Procore counts whole seconds, so the range is widened to them. */
export interface ChangedRange {
  readonly from: Date;
  readonly until: Date;
}

/**
 * RFIs of a project that the token may see, page by page; only those changed in a range if one is given. Includes drafts, never
 * recycled ones or answers. An RFI that the reader may no longer see is missing just like a deleted one.
 */
export function listRfis(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  changed?: ChangedRange,
): AsyncIterable<readonly ListedRfi[]> {
  return client.pages(rfiList('listRfis', rest`v1.0/projects/${projectId}/rfis`, changed));
}

/** This many ids fit into one URL. */
const idsAtOnce = 100;

/** Those of the given RFIs that exist and that the token may see: a probe for what lists by time do not show. */
export async function rfisById(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  rfiIds: readonly string[],
): Promise<readonly ListedRfi[]> {
  const wanted = [...new Set(rfiIds)];
  const path = rest`v1.0/projects/${projectId}/rfis`;
  const found: ListedRfi[] = [];
  for (let first = 0; first < wanted.length; first += idsAtOnce) {
    const ids = wanted.slice(first, first + idsAtOnce);
    const rows = await collect(client.pages(list('rfisById', path, listedRfi, { 'filters[id]': ids })));
    // Procore ignores unknown filters.
    found.push(...rows.filter((rfi) => ids.includes(rfi.id)));
  }
  return found;
}

/** One RFI with its answers, in one call; undefined: it does not exist (any more), or the token may not see it. */
export async function showRfi(client: ProcoreClient<BoundCompany>, projectId: string, rfiId: string): Promise<Rfi | undefined> {
  const path = rest`v1.0/projects/${projectId}/rfis/${rfiId}`;
  return (await orAbsent(client.call(read('showRfi', path, shownRfi))))?.value;
}

/** RFIs in the recycle bin; needs Admin on the tool, others get 403. */
export function recycleBin(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  changed?: ChangedRange,
): AsyncIterable<readonly ListedRfi[]> {
  return client.pages(rfiList('recycleBin', rest`v1.0/projects/${projectId}/rfis/recycle_bin`, changed));
}

/**
 * Passes the ball to the other side: to the manager by an assignee who holds it and has replied; in both directions by the
 * manager or an admin. Returns the RFI as it is then. Not idempotent for those who may pass it in both directions.
 */
export async function advanceBallInCourt(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  rfiId: string,
  mayStillSend?: () => boolean,
): Promise<Rfi> {
  const path = rest`v1.1/projects/${projectId}/rfis/${rfiId}/advance_ball_in_court`;
  return (await client.call({ ...write('advanceBallInCourt', 'PATCH', path, shownRfi), mayStillSend })).value;
}

/** Closes or reopens an RFI: an absolute value. Needs Admin on the tool, or the right to act as its manager. */
export async function setAccepted(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  rfiId: string,
  accepted: boolean,
  mayStillSend?: () => boolean,
): Promise<Rfi> {
  const path = rest`v1.0/projects/${projectId}/rfis/${rfiId}`;
  return (await client.call({ ...write('setAccepted', 'PATCH', path, shownRfi, { rfi: { accepted } }), mayStillSend })).value;
}

function rfiList(operationId: string, path: string, changed: ChangedRange | undefined) {
  const query: Query = changed ? { 'filters[updated_at]': rangeOf(changed) } : {};
  return list(operationId, path, listedRfi, query);
}

/** `A...B` of instants in UTC [doc]. */
const rangeOf = ({ from, until }: ChangedRange): string =>
  `${wholeSecond(Math.floor(from.getTime() / 1000))}...${wholeSecond(Math.ceil(until.getTime() / 1000))}`;

const wholeSecond = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
