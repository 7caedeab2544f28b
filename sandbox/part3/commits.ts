import type { Table } from '../kernel/table.ts';
import type { World } from '../kernel/world.ts';
import type { Rfi, RfiAnswer, StoredFile, Submittal, SubmittalReturn } from './records.ts';
import type { Owned, Part3 } from './state.ts';

/** The simulated Part3 with the world whose clock, faults and ledger it shares. */
export interface Part3World {
  world: World;
  state: Part3;
}

/** A kind of record in the ledger's truth: `GET /ledger/records?resource=part3-rfis`. */
export interface Kind<T> {
  resource: string;
  /** As used in the words of a refusal. */
  noun: string;
  tableOf(state: Part3): Table<Owned<T>>;
}

export const rfiKind: Kind<Rfi> = { resource: 'part3-rfis', noun: 'RFI', tableOf: ({ rfis }) => rfis };
export const submittalKind: Kind<Submittal> = {
  resource: 'part3-submittals',
  noun: 'submittal',
  tableOf: ({ submittals }) => submittals,
};
export const answerKind: Kind<RfiAnswer> = { resource: 'part3-answers', noun: 'answer', tableOf: ({ answers }) => answers };
export const returnKind: Kind<SubmittalReturn> = { resource: 'part3-returns', noun: 'return', tableOf: ({ returns }) => returns };
export const fileKind: Kind<StoredFile> = { resource: 'part3-files', noun: 'file', tableOf: ({ files }) => files };

/**
 * Who did it: a member's id or an organisation's slug, and the number of the request; null for a person in Part3's own screens.
 */
export interface By {
  actor: string;
  seq: number | null;
}

/** Stores a record and adds it to the ledger's truth. */
export function commit<T extends { id: string; projectId: string }>(
  { world, state }: Part3World,
  kind: Kind<T>,
  row: Owned<T>,
  { actor, seq }: By,
): T {
  const { resource } = kind;
  const { record } = row;
  const table = kind.tableOf(state);
  const action = table.get(record.id) === undefined ? 'create' : 'update';
  table.put(row);
  world.ledger.commit(
    { resource, id: record.id, action, companyId: null, projectId: record.projectId, row: record },
    { at: world.clock.instant(), actor, clientId: null, seq },
  );
  return record;
}
