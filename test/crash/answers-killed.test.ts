import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrashPoint } from '../../activities/sync/crash-points.ts';
import { type LinkedPart3, linkHarbourTower } from '../../bench/part3/linked.ts';
import type { Answered, Asked } from '../../bench/part3/process.ts';
import { ours, workerEnvironmentOn } from '../../bench/worker-settings.ts';
import type { RfiReply } from '../../sandbox/kernel/model-rfis.ts';
import { actOnAnswer } from '../../sandbox/part3/people/answers.ts';
import { actOnReturn } from '../../sandbox/part3/people/returns.ts';
import { createRfiByHand } from '../../sandbox/procore/admin/rfis.ts';
import { writeSubmittal } from '../../sandbox/procore/admin/submittals.ts';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { rootKey, rootKeys } from '../../shared/security/keys.ts';
import { rfi as rfiFields, submittal as submittalFields } from '../sandbox/part3-alone.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
let sandbox: Sandbox;
let on: LinkedPart3;
let environment: Record<string, string>;
const living = new Set<ChildProcess>();
/** The one that starts while another works. */
let next: Promise<Worker>;

beforeAll(async () => {
  sandbox = await startSandbox({ ours, profile: 'brief' });
  sandbox.world.switches.set('rateProfile', 'generous');
  const { database, pool } = store();
  environment = workerEnvironmentOn(database, sandbox.urls);
  const roots = rootKeys(rootKey('1', environment['ROOT_KEY'] ?? ''));
  on = await linkHarbourTower({ pool, adminUrl: database.adminUrl, roots }, sandbox);
  next = newWorker();
}, 60_000);

afterAll(async () => {
  await next;
  for (const child of living) child.disconnect();
  await sandbox.close();
});

/** Of the build: a worker is up in a part of the time that compiling it at its start would take. */
const program = fileURLToPath(new URL('../../dist/bench/part3/process.js', import.meta.url));

interface Worker {
  readonly child: ChildProcess;
  /** By which signal it ended. */
  readonly end: Promise<NodeJS.Signals | null>;
}

async function newWorker(): Promise<Worker> {
  const child = fork(program, { env: { ...process.env, ...environment, NODE_OPTIONS: '' }, execArgv: [] });
  const end = once(child, 'exit').then(([, signal]) => signal);
  const listens = once(child, 'message').then(() => true);
  if (!(await Promise.race([listens, end.then(() => false)]))) throw new Error('a worker did not start');
  living.add(child);
  return { child, end };
}

/** What a worker answers; undefined: it was killed. */
async function told({ child, end }: Worker, wish: Pick<Asked, 'streams' | 'kill'>): Promise<Answered | undefined> {
  const { tenantId, projectLinkId, generation } = on.link;
  child.send({ tenantId, projectLinkId, generation, ...wish } satisfies Asked);
  const answered = once(child, 'message').then(([message]) => message as Answered); // as that program sends it
  const ended = end.then((signal) => ({ signal }));
  const first = await Promise.race([ended, answered]);
  if (!('signal' in first)) return first;
  living.delete(child);
  expect(first.signal).toBe('SIGKILL');
  return undefined;
}

/** Where something has become durable here; the other points of a cycle are passed by the test that ends its workers by a throw. */
const points = [
  'before-claim',
  'after-claim',
  'after-send-before-settle',
  'after-settle',
  'before-telling',
  'after-telling',
] as const satisfies readonly CrashPoint[];

/** Side effects of one answer on the far sides: three of its file, the sending, of a reply the passing on of the ball, and the receipt. */
const writesOf = { 'rfi-replies': 6, 'submittal-responses': 5 } as const;

const streams = ['rfi-replies', 'submittal-responses'] as const;
const organisation = 'north-studio';

interface Given {
  readonly rfiId: string;
  readonly slot: string;
  readonly answerId: string;
  readonly returnId: string;
}

/** An answer of Ria's and a return of Sam's, each with a file, to an RFI and a submittal that stand on both sides. */
async function given(): Promise<Given> {
  const { world } = sandbox;
  const { project, ids, members } = on;
  const rfi = createRfiByHand(
    world,
    { projectId: project.id, by: ids.gus },
    { subject: 'Slab edge', body: 'Where?', managerId: ids.gus, assigneeIds: [ids.ria] },
  );
  const submittal = writeSubmittal(world, {
    projectId: project.id,
    by: ids.gus,
    number: rfi.id,
    title: 'Concrete mix',
    private: false,
    managerId: ids.gus,
    steps: [[{ userId: ids.sam }]],
  });
  const slot = submittal.approvers[0]?.id ?? '';
  const rfiId = await put('Rfis', `rfi:${rfi.id}`, rfiFields());
  const submittalId = await put('Submittals', `submittal:${submittal.id}`, submittalFields(members.sam));
  const part3 = { world, state: sandbox.part3 };
  const files = [{ name: 'sketch.pdf', contentType: 'application/pdf', sizeBytes: 9000 }];
  const answer = { author: members.ria, bodyHtml: '<p>Use 12 mm.</p>', official: false, files, finished: true };
  const { id: answerId } = await actOnAnswer(part3, { act: 'draft', organisation, rfiId, ...answer });
  const response = {
    author: members.sam,
    slot,
    responseName: 'Approved',
    comment: 'As drawn.',
    files,
    steps: [],
    finished: true,
  };
  const { id: returnId } = await actOnReturn(part3, { act: 'draft', organisation, submittalId, ...response });
  return { rfiId: rfi.id, slot, answerId, returnId };
}

async function put(list: 'Rfis' | 'Submittals', item: string, body: object): Promise<string> {
  const { urls } = sandbox;
  const key = encodeURIComponent(`procore:${acmeId}:${on.project.id}:${item}`);
  const answer = await fetch(`${urls.part3}/api/v1/Projects/${on.part3ProjectId}/${list}/${key}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${part3Tokens[organisation]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return String(Object(await answer.json()).id);
}

/** Claims run out, and what is looked for again later is due. */
async function leasesEnd(): Promise<void> {
  await store().admin.query(
    `UPDATE delivery SET lease_until = lease_until - interval '1 hour', next_look_at = next_look_at - interval '1 hour',
       telling_until = telling_until - interval '1 hour'`,
  );
}

/** Another worker goes on, until nothing is open and everything is told. */
async function settledBy(worker: Worker, { answerId, returnId }: Given): Promise<void> {
  for (let cycles = 0; cycles < 8; cycles += 1) {
    await leasesEnd();
    const answered = await told(worker, { streams });
    const states = [sandbox.part3.answers.get(answerId), sandbox.part3.returns.get(returnId)].map((row) => row?.record.state);
    if (answered?.open === 0 && states.every((state) => state === 'returned')) return;
  }
  throw new Error('still open after eight cycles');
}

function expectOneOfEach({ rfiId, slot, answerId, returnId }: Given): void {
  const { ledger, rfis } = sandbox.world;
  const replies = ledger
    .records('rfi-replies')
    .filter(({ current }) => (current as RfiReply).rfiId === rfiId)
    .map(({ id, author, current }) => ({ id, author, files: (current as RfiReply).attachments.length }));
  expect(replies).toEqual([{ id: expect.any(String), author: on.ids.ria, files: 1 }]);
  const said = ledger.records('submittal-responses').filter(({ id }) => id === slot);
  expect(said.flatMap(({ history }) => history.map(({ actor }) => actor))).toEqual([on.ids.sam]);
  const place = sandbox.world.submittals.all().flatMap(({ approvers }) => approvers.filter(({ id }) => id === slot));
  expect(place.map(({ attachments }) => attachments.length)).toEqual([1]);
  expect(rfis.get(rfiId)?.ball.role).toBe('RFI Manager');
  expect(sandbox.part3.answers.get(answerId)?.record.receipt).toMatchObject({ externalId: replies[0]?.id });
  expect(sandbox.part3.returns.get(returnId)?.record.receipt).toMatchObject({ externalId: slot });
}

test('nobody kills: an answer and a return have just so many side effects as there are kills between them', async () => {
  const worker = await next;
  const answers = await given();
  for (const stream of streams)
    expect(await told(worker, { streams: [stream] })).toMatchObject({ open: 0, writes: writesOf[stream] });
  expectOneOfEach(answers);
});

const kills: readonly (readonly [string, Pick<Asked, 'streams'> & { readonly kill: NonNullable<Asked['kill']> }])[] = [
  ...streams.flatMap((stream) =>
    Array.from({ length: writesOf[stream] }, (_, nth) => {
      const write = nth + 1;
      return [`after write ${write} of ${writesOf[stream]} of ${stream}`, { streams: [stream], kill: { write } }] as const;
    }),
  ),
  ...points.map((point) => [`at ${point}`, { streams, kill: { point } }] as const),
];

test.each(kills)(
  'a worker killed with SIGKILL %s leaves one reply and one response, by the right person, with its file once',
  async (_, wish) => {
    const worker = await next;
    next = newWorker();
    const answers = await given();
    expect(await told(worker, wish)).toBeUndefined();
    await settledBy(await next, answers);
    expectOneOfEach(answers);
  },
  60_000,
);
