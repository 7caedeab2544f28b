import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';
import { createApp } from '../../api/app.ts';
import type { ApiSettings, Delivery, Runs } from '../../api/dependencies.ts';
import { createMetrics } from '../../api/health.ts';
import { linkTokens } from '../../api/link-tokens.ts';
import { createLog } from '../../api/log.ts';
import { createBoundedServer } from '../../api/serving.ts';
import type { MessageName } from '../../shared/domain/messages.ts';
import { closeBox, openBox } from '../../shared/security/boxing.ts';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { generateKey } from '../../shared/security/keys.ts';
import type { Place } from '../../shared/security/places.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import type { ApiKeyScope } from '../../shared/security/tokens.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { createApiKey } from '../../shared/store/tenants/api-keys.ts';
import { prepareInstallation } from '../../shared/store/tenants/installation.ts';
import { plans } from '../../workflows/plans/index.ts';
import { type TestStore, testBoxKeys, testRoots, useTestStore } from './store.ts';

/** Of links in invitations: whoever plays the worker makes them by it again. */
export const testLinkKey = generateKey();
export const testEpoch = 'epoch-1';
export const testLoginUrl = 'http://login.procore.example';

export interface Told {
  readonly workflowId: string;
  readonly name: MessageName;
  readonly message: unknown;
  readonly updateId: string;
}

/** Temporal in miniature: notes what it was told and answers as the test says. */
export interface NotedRuns extends Runs {
  readonly told: Told[];
  readonly started: string[];
  /** Mails that were to be sent at once. */
  readonly mailed: string[];
  answers: (told: Told) => Delivery | Promise<Delivery>;
  starts: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
  readonly text: string;
}

export interface TestApi {
  readonly store: TestStore;
  readonly runs: NotedRuns;
  readonly url: string;
  /** Every line that was logged. */
  readonly logged: () => string;
  newKey(tenantId: string, scope: ApiKeyScope): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<ApiAnswer>;
  openSealed(place: Place, box: Buffer): Promise<string>;
}

export interface CallOptions {
  readonly key?: string | undefined;
  readonly body?: unknown;
  /** Sent as it is, whatever it is. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Host to ask by; 127.0.0.1 where left out. */
  readonly host?: 'localhost';
}

/**
 * The whole API on a free port over a database of its own, or over that of `storeIn`, set up before; Temporal is a port that notes what
 * it is told.
 */
export function useTestApi(changes: Partial<ApiSettings> = {}, storeIn?: () => TestStore): () => TestApi {
  const storeOf = storeIn ?? useTestStore();
  let api: TestApi | undefined;
  let server: Server | undefined;
  beforeAll(async () => {
    const store = storeOf();
    await prepareInstallation(store.database.migrateUrl, testRoots, {
      mode: 'demo',
      restoreEpoch: changes.restoreEpoch ?? testEpoch,
    });
    const lines: string[] = [];
    const runs = notedRuns();
    const listening = createBoundedServer();
    server = listening;
    const port = await new Promise<number>((resolve) =>
      listening.listen(0, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port)),
    );
    const { registry, answered } = createMetrics();
    const pagesUrl = `http://localhost:${port}`;
    listening.on(
      'request',
      createApp({
        pool: store.pool,
        runs,
        settings: {
          mode: 'demo',
          pagesUrl,
          procoreLoginUrl: testLoginUrl,
          procoreClientId: 'our-client',
          maxPerAddress: 100_000,
          maxPerKey: 100_000,
          restoreEpoch: testEpoch,
          showsDocs: true,
          ...changes,
        },
        plans,
        supportOf: () => ({ contact: 'https://help.partner.example', hours: 'weekdays, 9 to 5' }),
        log: createLog('debug', { write: (line: string) => void lines.push(line) }),
        metrics: registry,
        answered: (labels, seconds) => answered.observe(labels, seconds),
        seal: (place, text) => closeBox(testBoxKeys.publicKey, place, secretOf(text)),
        linkToken: linkTokens(generateKey()),
        invitationLinks: invitationLinks(testLinkKey),
      }),
    );
    api = {
      store,
      runs,
      url: pagesUrl,
      logged: () => lines.join(''),
      newKey: (tenantId, scope) =>
        withTenant(store.pool, tenantId, async (db) => {
          const { text } = await createApiKey(db, { tenantId, scope, label: 'test', createdBy: 'test' });
          return revealSecret(text);
        }),
      call: (method, path, options) => callOver(`http://${options?.host ?? '127.0.0.1'}:${port}`, method, path, options),
      openSealed: async (place, box) => revealSecret(await openBox(testBoxKeys.privateKey, place, box)),
    };
  });
  afterAll(async () => {
    const open = server;
    if (open === undefined) return;
    open.closeAllConnections();
    await new Promise((resolve) => open.close(resolve));
  });
  return () => {
    if (api === undefined) throw new Error('the API stands from beforeAll on');
    return api;
  };
}

function notedRuns(): NotedRuns {
  const runs: NotedRuns = {
    told: [],
    started: [],
    mailed: [],
    answers: () => ({ kind: 'answered', answer: { accepted: true, says: 'noted' } }),
    starts: true,
    startOnboarding: async ({ connectionId }) => {
      runs.started.push(connectionId);
      return runs.starts;
    },
    tell: async (workflowId, name, message, updateId) => {
      const told = { workflowId, name, message, updateId };
      runs.told.push(told);
      return runs.answers(told);
    },
    sendMail: async ({ mailId }) => {
      runs.mailed.push(mailId);
      return true;
    },
    reachable: async () => true,
  };
  return runs;
}

async function callOver(origin: string, method: string, path: string, options: CallOptions = {}): Promise<ApiAnswer> {
  const { key, body, raw, headers } = options;
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: typeof sent === 'string' ? sent : new Uint8Array(sent) }),
  });
  const text = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text, text };
}
