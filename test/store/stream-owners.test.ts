import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { linkProject, pauseLink, unlinkProject } from '../../shared/store/projects/project-links.ts';
import { mayOwnStreams, ownStream } from '../../shared/store/projects/stream-owners.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { eventually } from '../support/eventually.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();

/** A tenant that asks for the one stream of a project that others ask for, too. */
async function writerOf(procoreProjectId: string) {
  const tenantId = await store().newTenant();
  const within = <Result>(work: Parameters<typeof withTenant<Result>>[2]) => withTenant(store().pool, tenantId, work);
  const stream = { environment: 'login.example', procoreProjectId, stream: 'manpower', author: 'service' };
  return {
    /** `meanwhile`: goes on within the same unit of work. */
    own: (meanwhile: () => Promise<void> = async () => undefined) =>
      within(async (db) => {
        const answer = await ownStream(db, stream);
        await meanwhile();
        return answer;
      }),
    /** Whether it could own the stream, and one that nobody has. */
    may: (author = stream.author) => within((db) => mayOwnStreams(db, { ...stream, author }, ['daily-logs', stream.stream])),
    /** Links the project by a connection of its own; answers the link's id. */
    link: () =>
      within(async (db) => {
        const connection = { tenantId, connectionId: randomUUID() };
        await createConnection(db, { ...connection, partner: 'hammertech', scope: 'company' });
        const names = { procoreProjectName: 'A', partnerProjectName: 'A', procoreTimeZone: null, timeZone: null, basis: 'name' };
        const link = await linkProject(db, { ...connection, procoreProjectId, partnerProjectId: 'p', ...names });
        return link.projectLinkId;
      }),
    pause: (linkId: string) => within((db) => pauseLink(db, linkId, true, null)),
    unlink: (linkId: string) => within((db) => unlinkProject(db, linkId)),
  };
}

const twoWriters = async (procoreProjectId: string) =>
  [await writerOf(procoreProjectId), await writerOf(procoreProjectId)] as const;

test('a stream is the first tenant’s, stays it through a pause, and is another’s as soon as the project is unlinked', async () => {
  const [first, second] = await twoWriters('4500');
  const [firstLink] = [await first.link(), await second.link()];
  expect([await first.own(), await first.own(), await second.own()]).toEqual(['ours', 'ours', 'taken']);
  await first.pause(firstLink);
  expect(await second.own()).toBe('taken');
  await first.unlink(firstLink);
  expect([await second.own(), await first.own()]).toEqual(['ours', 'not-linked']);
});

test('whether a stream could be owned is only looked at, and told of the very author', async () => {
  const [first, second] = await twoWriters('4505');
  await first.link();
  await second.link();
  expect([await first.may(), await second.may()]).toEqual([true, true]);
  await second.own();
  expect([await first.may(), await second.may(), await first.may('another service')]).toEqual([false, true, true]);
});

test('who has not linked the project cannot own its stream', async () => {
  const [first, second] = await twoWriters('4501');
  await second.link();
  expect([await first.own(), await second.own()]).toEqual(['not-linked', 'ours']);
});

test('a project that another connection of the tenant still writes to keeps its owner, until that one is unlinked as well', async () => {
  const [first, second] = await twoWriters('4502');
  const links = [await first.link(), await first.link()];
  await second.link();
  await first.own();
  for (const link of links) {
    expect(await second.own()).toBe('taken');
    await first.unlink(link);
  }
  expect(await second.own()).toBe('ours');
});

test('unlinking one project leaves the others theirs, and another tenant’s unlinking frees nothing', async () => {
  const [first, second] = await twoWriters('4503');
  const secondLink = await second.link();
  await first.link();
  await first.own();
  await second.unlink(secondLink);
  await second.link();
  expect(await second.own()).toBe('taken');
});

test('of many who ask at once exactly one owns it', async () => {
  const writers = await Promise.all(Array.from({ length: 6 }, () => writerOf('4504')));
  for (const writer of writers) await writer.link();
  const answers = await Promise.all(writers.map((writer) => writer.own()));
  expect(answers.filter((answer) => answer === 'ours')).toHaveLength(1);
});

test('whatever comes at the same moment, nobody owns a stream whose project they have unlinked', async () => {
  for (let round = 0; round < 20; round += 1) {
    const [first, second] = await twoWriters(`46${round}`);
    const links = [await first.link(), await first.link()];
    await second.link();
    if (round % 2 === 0) await first.own();
    await Promise.all([first.own(), ...links.map((link) => first.unlink(link)), first.own()]);
    expect(await second.own()).toBe('ours');
  }
});

test('a project is not unlinked between the look at its link and the ownership that rests on it', async () => {
  const [first, second] = await twoWriters('4700');
  const link = await first.link();
  await second.link();
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const owning = first.own(() => held);
  await eventually('the ownership to stand, not committed', async () => (await transactionsThat('waits for its client')) > 0);
  const unlinking = first.unlink(link);
  await Promise.race([unlinking, eventually('unlinking to wait', async () => (await transactionsThat('waits for a lock')) > 0)]);
  goOn();
  expect(await owning).toBe('ours');
  await unlinking;
  expect(await second.own()).toBe('ours');
});

async function transactionsThat(how: 'waits for its client' | 'waits for a lock'): Promise<number> {
  const condition =
    how === 'waits for a lock' ? `wait_event_type = 'Lock'` : `state = 'idle in transaction' AND query ILIKE '%own_stream%'`;
  const { rows } = await store().admin.query(
    `SELECT count(*)::int AS found FROM pg_stat_activity WHERE datname = current_database() AND ${condition}`,
  );
  return Number(rows[0]?.found);
}
