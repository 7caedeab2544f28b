import type { BoundCompany } from '../../../domain/company.ts';
import { faultIn } from '../../../domain/faults.ts';
import type { ProcoreClient } from '../../../procore/contract.ts';
import type { ProjectContext } from '../../stream.ts';
import { asPerson } from './persons.ts';

type Procore = ProcoreClient<BoundCompany>;

/** A look-up of earlier answers also serves the look before the send while it is this young. */
const youngMs = 3000;

/** Items as the authors of their answers see them. `undefined`: there is none, or they may not see it. */
export function itemsAsRead<Item>(
  { responders, procore: owner }: ProjectContext,
  show: (procore: Procore, itemId: string) => Promise<Item | undefined>,
) {
  const seen = new Map<string, { readonly atMs: number; readonly item: Item | undefined }>();

  async function fresh(memberId: string, itemId: string): Promise<Item | undefined> {
    const item = await asPerson(responders, memberId, (procore) => show(procore, itemId));
    seen.set(`${memberId}|${itemId}`, { atMs: performance.now(), item });
    return item;
  }

  return {
    asAuthor(memberId: string, itemId: string): Promise<Item | undefined> {
      const known = seen.get(`${memberId}|${itemId}`);
      return known && performance.now() - known.atMs < youngMs ? Promise.resolve(known.item) : fresh(memberId, itemId);
    },
    /** Reads as the author, or else as the connection's owner: only for looking, if the author cannot. */
    async byWhoMay(memberId: string, itemId: string): Promise<Item | undefined> {
      try {
        const item = await fresh(memberId, itemId);
        if (item) return item;
      } catch (error) {
        if (faultIn(error)?.detail.reach !== 'record') throw error;
      }
      return show(owner, itemId);
    },
    /** Discards what anybody read of that item. */
    forget(itemId: string): void {
      for (const key of [...seen.keys()]) if (key.endsWith(`|${itemId}`)) seen.delete(key);
    },
  };
}
