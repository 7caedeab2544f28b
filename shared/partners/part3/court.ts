import type { Court } from '../../domain/waits.ts';
import type { Party, RfiFields, SubmittalFields } from './fields.ts';
import { sourceIn } from './streams/content.ts';

/** Who must act next on an item, from what was last meant of it; undefined: that is erased by now. */
export function courtOf(address: Readonly<Record<string, string>>): Court | undefined {
  const content = sourceIn(address)?.content;
  if (!content) return undefined;
  const title = 'replies' in content ? content.subject : content.title;
  return {
    label: `${address['label'] ?? ''}: ${title}`,
    isOpen: content.status === 'open',
    holders: content.ballInCourt.map((party) => ({
      name: party.name,
      isMember: party.memberId !== null,
      dueOn: ('workflow' in content ? dueOf(content, party) : null) ?? content.dueOn,
    })),
    movedAt: 'replies' in content ? lastSaid(content) : null,
  };
}

const isSame = (one: Party, other: Party): boolean =>
  one.memberId === null ? other.memberId === null && one.name === other.name : one.memberId === other.memberId;

/** When a person's own place is due that is not answered yet. */
const dueOf = ({ workflow }: SubmittalFields, holder: Party): string | null =>
  workflow.find(({ party, respondedAt }) => respondedAt === null && isSame(party, holder))?.dueOn ?? null;

/** The ball moves when somebody asks or answers. */
const lastSaid = ({ askedAt, replies }: RfiFields): string | null => replies.at(-1)?.repliedAt ?? askedAt;
