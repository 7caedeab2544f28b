import { randomUUID } from 'node:crypto';
import { actOnRecord } from '../../../sandbox/hammertech/record-acts.ts';
import { employerKind, type RecordKind } from '../../../sandbox/hammertech/record-kinds.ts';
import { actOnSignIn, type NewSignIn } from '../../../sandbox/hammertech/sign-ins.ts';
import { type Site, tenant } from './site.ts';

type OnGround = Pick<Site, 'ground'>;

const now = ({ ground }: OnGround): Date => new Date(ground.sandbox.world.clock.nowMs());

interface Recorded {
  id: string;
  modified: string;
}

/** Somebody enters a record on the site. */
export function enterRecord<Row extends Recorded>(site: Site, kind: RecordKind<Row>, record: Record<string, unknown>): string {
  const act = { act: 'create', tenant, record: { projectId: site.siteId, ...record } } as const;
  return must(actOnRecord(site.ground.sandbox.hammertech, kind, act, now(site))).id;
}

/** Corrects fields of a record. */
export function changeRecord<Row extends Recorded>(
  site: OnGround,
  kind: RecordKind<Row>,
  id: string,
  record: Record<string, unknown>,
): void {
  must(actOnRecord(site.ground.sandbox.hammertech, kind, { act: 'change', tenant, id, record }, now(site)));
}

export function deleteRecord<Row extends Recorded>(site: OnGround, kind: RecordKind<Row>, id: string): void {
  must(actOnRecord(site.ground.sandbox.hammertech, kind, { act: 'delete', tenant, id }, now(site)));
}

/** An employer that nobody in Procore is known to be. */
export function enterEmployer({ ground }: OnGround): string {
  const act = { act: 'create', tenant, record: { name: `Employer ${randomUUID()}` } } as const;
  return must(actOnRecord(ground.sandbox.hammertech, employerKind, act, now({ ground }))).id;
}

export function signIn(site: Site, given: Omit<NewSignIn, 'projectId'>): string {
  const act = { act: 'create', tenant, signIn: { projectId: site.siteId, ...given } } as const;
  return must(actOnSignIn(site.ground.sandbox.hammertech, act, now(site))).id;
}

export function changeSignIn(site: Site, id: string, given: object): void {
  must(actOnSignIn(site.ground.sandbox.hammertech, { act: 'change', tenant, id, signIn: given }, now(site)));
}

export function deleteSignIn(site: Site, id: string): void {
  must(actOnSignIn(site.ground.sandbox.hammertech, { act: 'delete', tenant, id }, now(site)));
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('HammerTech has no such site or record');
  return value;
}
