import type { Responder } from '../../stream.ts';
import type { Party } from '../fields.ts';

/** Which of an item's people in Procore are members of the project in Part3. */
export interface Team {
  partyOf(procoreUserId: string, names: Readonly<Record<string, string>>): Party;
  /** Members among these people, each once. */
  membersOf(procoreUserIds: readonly (string | null)[]): readonly string[];
}

export function teamOf(responders: readonly Responder[]): Team {
  const byUser = new Map(responders.flatMap((one) => (one.procoreUserId === null ? [] : [[one.procoreUserId, one] as const])));
  return {
    partyOf(procoreUserId, names) {
      const member = byUser.get(procoreUserId);
      return {
        name: names[procoreUserId] ?? member?.name ?? `Procore user ${procoreUserId}`,
        memberId: member?.memberId ?? null,
      };
    },
    membersOf: (ids) => [...new Set(ids.flatMap((id) => (id === null ? [] : (byUser.get(id)?.memberId ?? []))))],
  };
}

/** An item's people, as far as they decide whether it enters Part3 and who may see it there. */
export interface ItemPeople {
  readonly isPrivate: boolean;
  /** Assignees, current approvers, distribution: the item enters if one of them is a member. */
  readonly asked: readonly string[];
  /** All to whom Procore would show it by name if it were private. */
  readonly party: readonly (string | null)[];
}

export type Intake = 'design-side' | 'all-non-private';

/** Whether a new item enters; a carried one stays as long as a member is a party to it. */
export function takesPart(team: Team, intake: Intake, { isPrivate, asked, party }: ItemPeople, isCarried: boolean): boolean {
  if (intake === 'all-non-private' && !isPrivate) return true;
  return team.membersOf(isCarried ? party : asked).length > 0;
}

/** Members who may see it; null: all. A private item is only for those who are party to it. */
export const readersOf = (team: Team, { isPrivate, party }: ItemPeople): readonly string[] | null =>
  isPrivate ? team.membersOf(party) : null;
