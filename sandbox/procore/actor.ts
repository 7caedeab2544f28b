import type { Committed } from '../kernel/ledger.ts';
import type { Id } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';

/** Who does something: a login, by an app and a request, or by hand in Procore's own screens (`clientId` and `seq` null). */
export interface Actor {
  personId: Id;
  clientId: string | null;
  seq: number | null;
}

/** Somebody at their own screen. */
export function byHand(personId: Id): Actor {
  return { personId, clientId: null, seq: null };
}

/** Puts a committed change into the ledger's ground truth. */
export function commit(
  world: World,
  actor: Actor,
  change: Committed & { companyId: Id | null; projectId?: Id | null; row: unknown },
): void {
  world.ledger.commit(
    { projectId: null, ...change },
    { at: world.clock.instant(), actor: actor.personId, clientId: actor.clientId, seq: actor.seq },
  );
}
