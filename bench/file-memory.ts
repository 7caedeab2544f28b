import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { actOnAnswer } from '../sandbox/part3/people/answers.ts';
import { ownedBy } from '../sandbox/part3/state.ts';
import { createRfiByHand } from '../sandbox/procore/admin/rfis.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { closePool, createPool } from '../shared/store/tenancy.ts';
import { type BenchDatabase, startBenchDatabase } from './database.ts';
import { type LinkedPart3, linkHarbourTower } from './part3/linked.ts';
import type { Answered, Asked } from './part3/process.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';
import { ours, workerEnvironmentOn } from './worker-settings.ts';

const mebibyte = 2 ** 20;
const largeBytes = 200 * mebibyte;
/** Passes first, so that what is loaded once is loaded. */
const smallBytes = mebibyte;
const gateMiB = 100;
const organisation = 'north-studio';

const rounds = 4;

/**
 * How much the resident memory of a worker's process grows while a file of 200 MiB passes through it, by the kernel's own high-water mark:
 * from Procore to Part3 as an attachment, and back in an answer. Every round has a process of its own, and the gate stands on the worst:
 * how soon garbage is collected differs by the run. Theirs: what would grow if the file were held.
 */
export async function run(): Promise<BenchResult> {
  const database = await startBenchDatabase();
  try {
    const grown: Grown[] = [];
    for (let round = 1; round <= rounds; round += 1) grown.push(...(await grownInRound(database, `file_memory_${round}`)));
    const parts = [...new Set(grown.map(({ name }) => name))].map((name) => partOf(name, grown));
    const [worst] = [...parts].sort((one, other) => other.ratio - one.ratio);
    if (!worst) throw new Error('nothing was measured');
    return { ...worst, name: 'file-memory', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
  } finally {
    await database.stop();
  }
}

/** Both ways, in a world of their own. */
async function grownInRound(database: BenchDatabase, name: string): Promise<readonly Grown[]> {
  const sandbox = await startSandbox({ ours, profile: 'brief' });
  sandbox.world.switches.set('rateProfile', 'generous');
  try {
    const urls = await database.create(name);
    const environment = workerEnvironmentOn(urls, sandbox.urls);
    const pool = createPool(urls.serveUrl, { max: 2 });
    const roots = rootKeys(rootKey('1', environment['ROOT_KEY'] ?? ''));
    const on = await linkHarbourTower({ pool, adminUrl: urls.adminUrl, roots }, sandbox);
    await closePool(pool);
    const timePasses = () => leasesEnd(urls.adminUrl);
    const grown: Grown[] = [];
    for (const way of [intoPart3, intoProcore]) {
      const process = await newProcess(environment);
      try {
        grown.push(await way(sandbox, on, process, timePasses));
      } finally {
        process.disconnect();
      }
    }
    return grown;
  } finally {
    await sandbox.close();
  }
}

interface Grown {
  readonly name: string;
  readonly bytes: number;
}

function partOf(name: string, grown: readonly Grown[]) {
  const heldMiB = largeBytes / mebibyte;
  const grownMiB = spreadOf(
    grown.filter((each) => each.name === name).map(({ bytes }) => bytes / mebibyte),
    'MiB',
  );
  return {
    name,
    ratio: grownMiB.most / heldMiB,
    gate: `< ${gateMiB} MiB at the most`,
    ok: grownMiB.most < gateMiB,
    ours: grownMiB,
    theirs: spreadOf([heldMiB], 'MiB'),
    rounds,
  };
}

async function newProcess(environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const path = fileURLToPath(new URL('./part3/process.ts', import.meta.url));
  const execArgv = ['--no-warnings', '--import', 'tsx/esm'];
  const child = fork(path, { env: { ...process.env, ...environment, NODE_OPTIONS: '' }, execArgv });
  await once(child, 'message');
  return child;
}

/** Claims run out, and what is looked for again later is due. */
async function leasesEnd(adminUrl: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`UPDATE delivery SET lease_until = lease_until - interval '1 hour', next_look_at = next_look_at - interval '1 hour',
    telling_until = telling_until - interval '1 hour'`);
  await admin.end();
}

/** One cycle of each of these, one after the other. */
async function cycles({ link }: LinkedPart3, child: ChildProcess, streams: readonly string[]): Promise<readonly Answered[]> {
  const { tenantId, projectLinkId, generation } = link;
  const answers: Answered[] = [];
  for (const stream of streams) {
    child.send({ tenantId, projectLinkId, generation, streams: [stream] } satisfies Asked);
    const [answered] = await once(child, 'message');
    answers.push(answered);
  }
  return answers;
}

const cyclesAtMost = 8;

/** A crowded machine takes up in a later cycle what it could not end in one. */
async function untilDone(
  on: LinkedPart3,
  child: ChildProcess,
  stream: string,
  timePasses: () => Promise<void>,
): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  while (answers.length < cyclesAtMost) {
    answers.push(...(await cycles(on, child, [stream])));
    if (answers.at(-1)?.open === 0) break;
    await timePasses();
  }
  return answers;
}

const grownIn = (answers: readonly Answered[]): number =>
  Math.max(...answers.map(({ peakBytes }) => peakBytes)) - Math.min(...answers.map(({ beforeBytes }) => beforeBytes));

async function intoPart3(
  sandbox: Sandbox,
  on: LinkedPart3,
  child: ChildProcess,
  timePasses: () => Promise<void>,
): Promise<Grown> {
  const { world, part3 } = sandbox;
  const ask = (size: number) =>
    createRfiByHand(
      world,
      {
        projectId: on.project.id,
        by: on.ids.gus,
        files: [{ filename: `model ${size}.ifc`, contentType: 'application/octet-stream', size }],
      },
      { subject: 'Slab edge', body: 'Where?', managerId: on.ids.gus, assigneeIds: [on.ids.ria] },
    );
  ask(smallBytes);
  await cycles(on, child, ['rfis', 'attachments']);
  const [large] = ask(largeBytes).question.attachments;
  await cycles(on, child, ['rfis']);
  const answers = await untilDone(on, child, 'attachments', timePasses);
  const came = ownedBy(part3.files, organisation, ({ size }) => size === largeBytes);
  if (came.length !== 1 || came[0]?.state !== 'complete' || came[0].sha256 !== large?.sha256)
    throw new Error(`the file did not come: ${JSON.stringify(came)}`);
  return { name: 'from Procore to Part3', bytes: grownIn(answers) };
}

async function intoProcore(
  sandbox: Sandbox,
  on: LinkedPart3,
  child: ChildProcess,
  timePasses: () => Promise<void>,
): Promise<Grown> {
  const { world, part3 } = sandbox;
  const [item] = ownedBy(part3.rfis, organisation, ({ projectId }) => projectId === on.part3ProjectId);
  if (!item) throw new Error('no RFI to answer');
  const answer = (sizeBytes: number) =>
    actOnAnswer(
      { world, state: part3 },
      {
        act: 'draft',
        organisation,
        rfiId: item.id,
        author: on.members.ria,
        bodyHtml: `<p>See model ${sizeBytes}.</p>`,
        official: false,
        files: [{ name: `model ${sizeBytes}.ifc`, contentType: 'application/octet-stream', sizeBytes }],
        finished: true,
      },
    );
  await answer(smallBytes);
  await cycles(on, child, ['rfi-replies']);
  const { fileIds } = await answer(largeBytes);
  const answers = await untilDone(on, child, 'rfi-replies', timePasses);
  const sent = part3.files.get(fileIds[0] ?? '')?.record.sha256;
  const stands = world.rfiReplies.all().flatMap(({ attachments }) => attachments.filter(({ sha256 }) => sha256 === sent));
  if (stands.length !== 1) throw new Error('the file is not on the reply');
  return { name: 'from Part3 to Procore, in an answer', bytes: grownIn(answers) };
}
