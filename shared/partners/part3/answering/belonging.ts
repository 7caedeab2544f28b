import { allOf } from '../../pages.ts';
import type { Cause } from '../../stream.ts';
import type { Part3Client } from '../client.ts';

/**
 * Short, so that a departure is seen before the next answer, not only in the next care round; answers close in time share one
 * look.
 */
const youngMs = 3000;

/**
 * Whether somebody belongs to the project in Part3 now: nothing is sent in the name of a person who has left, even with a valid
 * authorization.
 */
export function membersNow(part3: Pick<Part3Client, 'companies' | 'members'>, partnerProjectId: string) {
  let looked: { readonly atMs: number; readonly here: Promise<ReadonlySet<string>> } | undefined;

  async function read(): Promise<ReadonlySet<string>> {
    const here = new Set<string>();
    for (const { id } of await allOf(part3.companies(partnerProjectId))) {
      for (const { id: memberId, leftAt } of await allOf(part3.members(id))) if (leftAt === null) here.add(memberId);
    }
    return here;
  }

  return async (memberId: string): Promise<boolean> => {
    if (!looked || performance.now() - looked.atMs > youngMs) looked = { atMs: performance.now(), here: read() };
    const { here } = looked;
    here.catch(() => {
      looked = undefined; // the next call asks again
    });
    return (await here).has(memberId);
  };
}

export const hasLeft = (memberId: string, label: string): Cause => ({
  reason: 'person-lacks-access',
  owner: 'admin',
  subject: `person:${memberId}`,
  seen: `${label}: whoever wrote it does not belong to the project in Part3 any more`,
  needed: 'an answer of somebody who does; or its author back on the project: it goes out by itself then',
  where: 'Part3 → the project → Members',
});
