import type { Id, Project } from '../../kernel/model.ts';
import type { Rfi } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import { hasGranular } from '../granular.ts';
import { activeUser, mayOnProject } from '../permissions.ts';

/** Granular permissions of the RFIs tool; the permissions are Procore's [sup], their keys are ours [unk]. */
export const rfiGranular = {
  actAsManager: 'act_as_rfi_manager',
  markOfficial: 'mark_official_responses',
  viewPrivateOfOwnCompany: 'view_private_rfis_of_own_company',
} as const;

/** A person as the rights of a project's RFIs see them. */
export interface Member {
  readonly id: Id;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly isAdmin: boolean;
  has(permission: keyof typeof rfiGranular): boolean;
}

export function memberOf(world: World, project: Project, id: Id): Member {
  const may = (level: 'Read Only' | 'Standard' | 'Admin') => mayOnProject(world, id, project, 'rfis', level);
  return {
    id,
    reads: may('Read Only'),
    writes: may('Standard'),
    isAdmin: may('Admin'),
    has: (permission) => hasGranular(world, id, project, 'rfis', rfiGranular[permission]),
  };
}

/** Who may open RFIs, and be named as the manager of one [sup]. */
export const mayBeManager = (member: Member): boolean => member.isAdmin || (member.reads && member.has('actAsManager'));

/** Who edits, closes, reopens, recycles, and moves the ball: an admin, or the manager (or creator) with the granular permission [sup]. */
export function mayManage(member: Member, rfi: Rfi): boolean {
  if (member.isAdmin) return true;
  const isCreator = rfi.creatorId === member.id && member.writes;
  return member.reads && member.has('actAsManager') && (rfi.managerId === member.id || isCreator);
}

export const mayMarkOfficial = (member: Member, rfi: Rfi): boolean =>
  mayManage(member, rfi) || (member.writes && member.has('markOfficial'));

/** Standard and named on the RFI [sup]; an RFI's manager and admins too. */
export const mayReply = (member: Member, rfi: Rfi): boolean =>
  mayManage(member, rfi) || (member.writes && (isAssignee(member, rfi) || rfi.distributionIds.includes(member.id)));

const isAssignee = ({ id }: Member, { assigneeIds }: Rfi): boolean => assigneeIds.includes(id);

/**
 * Whether somebody who may read the tool sees this RFI, recycled or not. A draft is for its creator, its manager and admins [inf]; a
 * private one for admins and the people named on it, and by a granular permission for their companies' people [sup].
 */
export function maySee(world: World, member: Member, rfi: Rfi): boolean {
  if (!member.reads) return false;
  const { creatorId, managerId, assigneeIds, distributionIds } = rfi;
  if (member.isAdmin || creatorId === member.id || managerId === member.id) return true;
  if (rfi.state === 'draft') return false;
  const named = [...assigneeIds, ...distributionIds];
  if (!rfi.private || named.includes(member.id)) return true;
  return member.has('viewPrivateOfOwnCompany') && sharesVendor(world, rfi, member.id, [...named, creatorId, managerId]);
}

function sharesVendor(world: World, { companyId }: Rfi, id: Id, others: readonly Id[]): boolean {
  const vendorOf = (personId: Id) => activeUser(world, personId, companyId)?.vendorId ?? null;
  const own = vendorOf(id);
  return own !== null && others.some((other) => vendorOf(other) === own);
}
