import type { Court } from '../../domain/waits.ts';
import type { Party, RfiFields, SubmittalFields } from './fields.ts';
import { sourceIn } from './streams/content.ts';

/** Who must act next on an item, from what was last meant of it; undefined if that is erased. */
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

/** The due date of a person's own slot that is not answered yet. */
const dueOf = ({ workflow }: SubmittalFields, holder: Party): string | null =>
  workflow.find(({ party, respondedAt }) => respondedAt === null && isSame(party, holder))?.dueOn ?? null;

/** When the ball last moved: it moves when somebody asks or answers. */
const lastSaid = ({ askedAt, replies }: RfiFields): string | null => replies.at(-1)?.repliedAt ?? askedAt;
