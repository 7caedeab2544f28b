import { canonicalHash } from '../../domain/canonical-json.ts';
import { createReadsOnce } from '../../http/reads-once.ts';
import type { ChangesOf, HammertechClient } from './client.ts';

/** A read-only HammerTech client: writes are refused, and a list that was read once is not requested again. */
export function readingOnly(client: HammertechClient): HammertechClient {
  const reads = createReadsOnce();
  const changes =
    <Item>(what: string, list: (of: ChangesOf) => AsyncIterable<readonly Item[]>) =>
    (of: ChangesOf) =>
      reads.pages(canonicalHash([what, of.projectId, of.modifiedSince ?? null]), of.projectId, () => list(of));
  return {
    projects: () => reads.pages('projects', null, client.projects),
    employers: () => reads.pages('employers', null, client.employers),
    users: () => reads.pages('users', null, client.users),
    projectEmployers: (id) => reads.pages('projectEmployers', id, () => client.projectEmployers(id)),
    signIns: changes('signIns', client.signIns),
    siteDiaries: changes('siteDiaries', client.siteDiaries),
    incidents: changes('incidents', client.incidents),
    observations: changes('observations', client.observations),
    createEmployer: refuse,
    updateEmployer: refuse,
  };
}

async function refuse(): Promise<never> {
  throw new Error('HammerTech would be written to, where only reading is allowed');
}
