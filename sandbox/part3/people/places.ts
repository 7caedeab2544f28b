import type { Part3World } from '../commits.ts';
import type { Member, Project } from '../records.ts';
import { type Owned, ownedBy, ownOf } from '../state.ts';
import { Forbidden } from './forbidden.ts';

/** A record by its id; throws a `RangeError` if the organisation has none. */
export function must<T>(record: T | undefined, what: string): T {
  if (record === undefined) throw new RangeError(`no such ${what}`);
  return record;
}

export const projectOf = ({ state }: Part3World, organisation: string, id: string): Project =>
  must(ownOf(state.projects, organisation, id), 'project');

/** A member of a project by id, mail address, or first name such as `ria`. */
export function memberOf({ state }: Part3World, organisation: string, projectId: string, named: string): Member {
  const text = named.trim().toLowerCase();
  const isMeant = ({ id, email, name }: Member): boolean =>
    id === named || email.toLowerCase() === text || name.toLowerCase().split(' ')[0] === text;
  return must(ownedBy(state.members, organisation, (one) => one.projectId === projectId && isMeant(one))[0], `member: ${named}`);
}

/** The same, but the member must not have left. */
export function acting(part3: Part3World, organisation: string, projectId: string, named: string): Member {
  const member = memberOf(part3, organisation, projectId, named);
  if (member.leftAt !== null) throw new Forbidden(`${member.name} has left`);
  return member;
}

/** A record of one of Part3's lists, stamped with the time of its change. */
export const stamped = <T extends { modified: string }>(
  { world }: Part3World,
  organisation: string,
  record: Omit<T, 'modified'>,
): Owned<T> => ({
  organisation,
  // the omitted `modified` is added
  record: { ...record, modified: world.clock.instant() } as T,
});
