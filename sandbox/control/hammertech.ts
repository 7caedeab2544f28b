import { z } from 'zod';
import { actOnLogin, loginActSchema } from '../hammertech/logins.ts';
import { actOnRecord, recordActSchema } from '../hammertech/record-acts.ts';
import {
  diaryKind,
  employerKind,
  incidentKind,
  observationKind,
  projectKind,
  type RecordKind,
} from '../hammertech/record-kinds.ts';
import { actOnSignIns, signInBatchSchema } from '../hammertech/sign-in-batches.ts';
import { actOnSignIn, signInActSchema } from '../hammertech/sign-ins.ts';
import type { HammerTech } from '../hammertech/state.ts';
import { personalOf, type Truth, truthOf } from '../hammertech/truth.ts';
import type { World } from '../kernel/world.ts';
import { casesOf } from './cases.ts';
import { act, type Route, read, readAll } from './route.ts';

const ofTenant = z.strictObject({ tenant: z.string().min(1) });

function mustTruth(hammertech: HammerTech, tenant: string): Truth {
  const truth = truthOf(hammertech, tenant);
  if (truth === undefined) throw new RangeError(`no tenant is called ${tenant}`);
  return truth;
}

/** What HammerTech really holds, and what people do in its screens and at the gate. */
export function hammertechRoutes(world: World, hammertech: HammerTech): Route[] {
  const now = (): Date => new Date(world.clock.nowMs());
  const recordRoute = <Row extends { id: string; modified: string }>(kind: RecordKind<Row>): Route =>
    act(
      'post',
      `/hammertech/${kind.name}`,
      `Creates${kind.deletable ? ', changes or deletes' : ' or changes'} one of the ${kind.name}; \`modified\` moves.`,
      recordActSchema(kind),
      (body) => found(actOnRecord(hammertech, kind, body, now()), 'no such tenant, project or record'),
    );
  return [
    read('/hammertech/truth', 'Every raw record of a HammerTech tenant.', ofTenant, ({ tenant }) =>
      mustTruth(hammertech, tenant),
    ),
    read(
      '/hammertech/personal',
      'Everything personal or medical in its incidents and observations: what must never be copied anywhere.',
      ofTenant,
      ({ tenant }) => personalOf(mustTruth(hammertech, tenant)),
    ),
    read('/hammertech/cases', 'Special cases among its records and where they stand now.', ofTenant, ({ tenant }) =>
      casesOf(world, mustTruth(hammertech, tenant)),
    ),
    readAll('/hammertech/logins', 'The HammerTech logins with region and password.', () =>
      hammertech.logins.all().map((login) => ({ ...login, region: hammertech.tenants.get(login.tenant)?.region })),
    ),
    act('post', '/hammertech/logins', 'Changes a login: a new password, or active or not.', loginActSchema, (body) => {
      if (!actOnLogin(hammertech, body)) throw new RangeError('no such login');
      return { done: true };
    }),
    act('post', '/hammertech/sign-ins', 'Creates, changes or deletes a sign-in.', signInActSchema, (body) =>
      found(actOnSignIn(hammertech, body, now()), 'no such tenant, project or sign-in'),
    ),
    act(
      'post',
      '/hammertech/sign-ins/batch',
      'Creates, changes or deletes many sign-ins under one `modified`.',
      signInBatchSchema,
      (body) => {
        const touched = found(actOnSignIns(hammertech, body, now()), 'no such tenant or project');
        return { count: touched.length, ids: touched.map(({ id }) => id) };
      },
    ),
    recordRoute(employerKind),
    recordRoute(projectKind),
    recordRoute(diaryKind),
    recordRoute(incidentKind),
    recordRoute(observationKind),
  ];
}

function found<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new RangeError(otherwise);
  return value;
}
