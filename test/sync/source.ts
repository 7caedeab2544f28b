import { randomUUID } from 'node:crypto';
import { addDays } from '../../shared/domain/local-dates.ts';
import type { HammertechClient } from '../../shared/partners/hammertech/client.ts';
import type { SiteSignIn } from '../../shared/partners/hammertech/schema.ts';

export interface Stay {
  readonly id?: string;
  readonly worker: string;
  readonly employer: string;
  /** Local day of the sign-in. */
  readonly day: string;
  /** Hours until the sign-out; null: still there. */
  readonly hours: number | null;
  readonly changes?: Partial<SiteSignIn>;
}

/** HammerTech as a list that a test changes. Every change gets a later `modified`. */
export function sourceOf(projectId: string) {
  const signIns = new Map<string, SiteSignIn>();
  const state = { reads: 0, fails: undefined as Error | undefined };
  let ticks = Date.now() - 3_600_000;
  const modified = (): string => {
    ticks += 1000;
    return new Date(ticks).toISOString();
  };
  const client: Pick<HammertechClient, 'signIns'> = {
    async *signIns({ projectId: wanted, modifiedSince }) {
      state.reads += 1;
      if (state.fails) throw state.fails;
      const rows = [...signIns.values()]
        .filter((row) => row.projectId === wanted && (row.modified ?? '') >= (modifiedSince ?? ''))
        .sort((left, right) => (left.id < right.id ? -1 : 1));
      for (let at = 0; at < rows.length; at += 100) yield rows.slice(at, at + 100);
    },
  };
  return {
    client,
    state,
    add(stay: Stay): string {
      const startUtc = `${addDays(stay.day, -1)}T22:00:00.000Z`; // morning of the day in Sydney
      const endUtc = stay.hours === null ? null : new Date(Date.parse(startUtc) + stay.hours * 3_600_000).toISOString();
      const row: SiteSignIn = {
        id: stay.id ?? randomUUID(),
        projectId,
        workerId: stay.worker,
        employerId: stay.employer,
        tradeId: null,
        startUtc,
        endUtc,
        endKind: endUtc === null ? 'none' : 'manual',
        device: 'kiosk',
        isVisitor: false,
        deleted: false,
        modified: modified(),
        ...stay.changes,
      };
      signIns.set(row.id, row);
      return row.id;
    },
    startOf(id: string): string {
      return signIns.get(id)?.startUtc ?? '';
    },
    change(id: string, changes: Partial<SiteSignIn>): void {
      const row = signIns.get(id);
      if (!row) throw new Error(`no sign-in ${id}`);
      signIns.set(id, { ...row, modified: modified(), ...changes });
    },
  };
}
