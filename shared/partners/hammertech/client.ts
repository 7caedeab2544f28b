import type { z } from 'zod';
import { Fault } from '../../domain/faults.ts';
import { type Clock, realClock } from '../../http/clock.ts';
import { createExchange, type Incoming, type Outgoing } from '../../http/exchange.ts';
import { beforeSending, tooLate } from '../../http/far-side-errors.ts';
import type { Query } from '../../http/far-side-url.ts';
import { listOf, parsedOnce } from '../../http/parsed-once.ts';
import { patienceFor } from '../../http/patience.ts';
import { revealSecret, type Secret } from '../../security/secret.ts';
import { farSide } from './errors.ts';
import {
  type Employer,
  employer,
  type HammertechProject,
  type HammertechUser,
  type Incident,
  incident,
  type Observation,
  observation,
  type ProjectEmployer,
  project,
  projectEmployer,
  type SiteDiary,
  type SiteSignIn,
  siteDiary,
  siteSignIn,
  user,
} from './schema.ts';
import { createSession, type HammertechLogin, type SessionCache } from './session.ts';
import type { Region } from './settings.ts';

export type { HammertechLogin, SessionCache } from './session.ts';

export interface HammertechSettings {
  /** `HAMMERTECH_API_URL` and `HAMMERTECH_AUTH_URL`, with `{region}` in host or path. */
  readonly apiUrl: string;
  readonly authUrl: string;
  readonly region: Region;
  readonly tenant: string;
  /** Unsealed only when a login is needed. */
  readonly login: () => Promise<HammertechLogin>;
  readonly timings: { readonly httpDeadlineMs: number; readonly inlineWaitMs: number };
  /** Shares logins between clients of one process; the key identifies the login and its version. */
  readonly session?: { readonly cache: SessionCache; readonly key: string };
  readonly signal?: AbortSignal;
  /** Called at the start and about every second of an inline wait. */
  readonly onWait?: (untilMs: number, why: string) => void;
  /** Called after every response. */
  readonly onCall?: () => void;
  readonly clock?: Clock;
}

/** Changes on a project; without `modifiedSince` everything. An instant in UTC. */
export interface ChangesOf {
  readonly projectId: string;
  readonly modifiedSince?: string | undefined;
}

/** The writable fields of an employer; null: it has none. */
export interface EmployerFields {
  readonly name: string;
  readonly abn: string | null;
  readonly ein: string | null;
}

/** One HammerTech tenant. Each list yields pages of up to 100 records ordered by id, no record twice. */
export interface HammertechClient {
  projects(): AsyncIterable<readonly HammertechProject[]>;
  employers(): AsyncIterable<readonly Employer[]>;
  /** People who log in, never the workers who sign in. */
  users(): AsyncIterable<readonly HammertechUser[]>;
  projectEmployers(projectId: string): AsyncIterable<readonly ProjectEmployer[]>;
  signIns(changes: ChangesOf): AsyncIterable<readonly SiteSignIn[]>;
  siteDiaries(changes: ChangesOf): AsyncIterable<readonly SiteDiary[]>;
  incidents(changes: ChangesOf): AsyncIterable<readonly Incident[]>;
  observations(changes: ChangesOf): AsyncIterable<readonly Observation[]>;
  /** Creates one employer on every call. After a `Fault` without `effect: 'surely-not-done'` it may exist. */
  createEmployer(fields: EmployerFields, mayStillSend: () => boolean): Promise<Employer>;
  /** Sets the given fields to absolute values; others are unchanged. */
  updateEmployer(employerId: string, fields: Partial<EmployerFields>, mayStillSend: () => boolean): Promise<Employer>;
}

const take = 100;
const maxPages = 20_000;

/** Throws `Fault`s: a refused token is retried once after a fresh login, a stated wait is waited out up to `inlineWaitMs`. */
export function createHammertechClient(settings: HammertechSettings): HammertechClient {
  const { signal, region, timings } = settings;
  const clock = settings.clock ?? realClock;
  const api = createExchange({ base: inRegion(settings.apiUrl, region), deadlineMs: timings.httpDeadlineMs });
  const auth = createExchange({
    base: inRegion(settings.authUrl, region),
    deadlineMs: timings.httpDeadlineMs,
    maxAnswerBytes: 256 * 1024,
  });
  const session = createSession({
    auth,
    tenant: settings.tenant,
    login: settings.login,
    cache: settings.session?.cache ?? new Map(),
    key: settings.session?.key ?? 'own',
    nowMs: () => clock.nowMs(),
  });

  async function get(resource: string, query: Query): Promise<Incoming> {
    const sitOut = patienceFor('read', { clock, inlineWaitMs: timings.inlineWaitMs, onWait: settings.onWait, signal });
    let renewed = false;
    for (;;) {
      signal?.throwIfAborted();
      const token = await session.bearer(signal);
      const answer = await send(resource, { method: 'GET', path: resource, query, effect: 'read' }, token);
      if (answer.status === 200) return answer;
      const fault = farSide.refused(resource, answer, clock.nowMs(), 'read');
      if (answer.status === 401 && !renewed) {
        renewed = true;
        session.rejected(token);
      } else await sitOut(fault);
    }
  }

  /** Sends a write exactly once, and once more after a fresh login if the token was refused. Never waits. */
  async function write(method: 'POST' | 'PUT', path: string, body: unknown, mayStillSend: () => boolean): Promise<Incoming> {
    const sent = { text: JSON.stringify(body), contentType: 'application/json' };
    for (let renewed = false; ; renewed = true) {
      signal?.throwIfAborted();
      const token = await beforeSending(() => session.bearer(signal));
      if (!mayStillSend()) throw tooLate(clock.nowMs());
      const answer = await send(path, { method, path, body: sent, effect: 'write' }, token);
      if (answer.status === 200 || answer.status === 201) return answer;
      if (answer.status !== 401 || renewed) throw farSide.refused(path, answer, clock.nowMs(), 'write');
      session.rejected(token);
    }
  }

  async function send(resource: string, outgoing: Omit<Outgoing, 'headers' | 'signal'>, token: Secret): Promise<Incoming> {
    const headers = { accept: 'application/json', authorization: `Bearer ${revealSecret(token)}` };
    const answer = await farSide.sending(resource, outgoing.effect, signal, () =>
      api({ ...outgoing, path: `/api/v1/${outgoing.path}`, headers, signal }),
    );
    settings.onCall?.();
    return answer;
  }

  /**
   * The list is ordered by id, so records that change meanwhile do not move. A record that appears shifts the following ones:
   * that repeats a record, which is dropped here; the new one is read by the next read, since it is newer.
   */
  async function* listed<T extends { readonly id: string }>(
    resource: string,
    row: z.ZodType<T>,
    filter: Query = {},
  ): AsyncGenerator<readonly T[]> {
    const seen = new Set<string>();
    let skip = 0;
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await get(resource, { ...filter, sortBy: 'id', skip, take });
      const rows = rowsOf(resource, answer, row);
      const fresh = rows.filter((one) => !seen.has(one.id));
      for (const one of fresh) seen.add(one.id);
      if (fresh.length > 0) yield fresh;
      if (rows.length < take || fresh.length === 0) return;
      skip += rows.length;
    }
    throw new Fault('vendor-unavailable', { seen: `HammerTech’s list ${resource} does not end.` });
  }

  return {
    projects: () => listed('Projects', project),
    employers: () => listed('Employers', employer),
    users: () => listed('Users', user),
    projectEmployers: (projectId) => listed('ProjectEmployers', projectEmployer, { projectId }),
    signIns: ({ projectId, modifiedSince }) => listed('SiteSignIns', siteSignIn, { projectId, modifiedSince }),
    siteDiaries: ({ projectId, modifiedSince }) => listed('SiteDiaries', siteDiary, { projectId, modifiedSince }),
    incidents: ({ projectId, modifiedSince }) => listed('Incidents', incident, { projectId, modifiedSince }),
    observations: ({ projectId, modifiedSince }) => listed('Observations', observation, { projectId, modifiedSince }),
    createEmployer: async (fields, mayStillSend) =>
      farSide.read('Employers', await write('POST', 'Employers', fields, mayStillSend), employer, 'write'),
    updateEmployer: async (employerId, fields, mayStillSend) =>
      farSide.read(
        'Employers',
        await write('PUT', `Employers/${encodeURIComponent(employerId)}`, fields, mayStillSend),
        employer,
        'write',
      ),
  };
}

/** A configured URL with its `{region}`, in host or path, filled in. */
export const inRegion = (url: string, region: Region): string => url.replace(/\{region\}|%7Bregion%7D/gi, region);

function rowsOf<T>(resource: string, answer: Incoming, row: z.ZodType<T>): readonly T[] {
  const rows = listOf(row);
  return parsedOnce(rows, answer.text, () => farSide.read(resource, answer, rows, 'read'));
}
