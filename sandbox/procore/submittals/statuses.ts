import type { Id } from '../../kernel/model.ts';
import { type StatusKind, type SubmittalStatus, statusKinds } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { invalid } from '../refusal.ts';
import { mintSubmittalId } from './ids.ts';

/** Draft, Open and Closed, and the company's own names for them [sup]. */
export function statusesOf(world: World, companyId: Id): SubmittalStatus[] {
  const known = world.submittalStatuses.filter((row) => row.companyId === companyId);
  if (known.length > 0) return known;
  return statusKinds.map((status) =>
    world.submittalStatuses.put({ id: mintSubmittalId(world), companyId, name: status, status }),
  );
}

/** The built-in status of a kind. */
export function statusOfKind(world: World, companyId: Id, kind: StatusKind): SubmittalStatus {
  const found = statusesOf(world, companyId).find(({ status }) => status === kind);
  if (!found) throw new Error(`the company has no status of the kind ${kind}`);
  return found;
}

export function addStatus(world: World, given: Omit<SubmittalStatus, 'id'>): SubmittalStatus {
  statusesOf(world, given.companyId);
  return world.submittalStatuses.put({ id: mintSubmittalId(world), ...given });
}

/** A status the company has, or a 422. */
export function knownStatus(world: World, companyId: Id, id: Id | null): SubmittalStatus {
  const found = statusesOf(world, companyId).find((row) => row.id === id);
  if (!found) throw invalid('status_id', 'is not a status of this company');
  return found;
}

export function kindOf(world: World, { statusId }: { statusId: Id }): StatusKind {
  const found = world.submittalStatuses.get(statusId);
  if (!found) throw new Error(`a submittal has a status that does not exist: ${statusId}`);
  return found.status;
}
