import { expect, test } from '@jest/globals';
import { incidentKind } from '../../../sandbox/hammertech/record-kinds.ts';
import { personalOf, truthOf } from '../../../sandbox/hammertech/truth.ts';
import { writeByHand } from '../../../sandbox/procore/admin/daily-logs.ts';
import { accidents } from '../../../sandbox/procore/daily-log/accidents.ts';
import { type HammertechGround, useHammertechGrounds } from '../hammertech-ground.ts';
import { entriesOf, newSite, tenant } from './site.ts';
import { changeRecord } from './source.ts';

const newGround = useHammertechGrounds();
const logs = ['accident_logs', 'safety_violation_logs', 'visitor_logs', 'notes_logs'];

/** All that ever reached Procore (every field of every write, every record and what it was before), and every row we keep. */
async function everything({ sandbox: { world }, store }: HammertechGround): Promise<string> {
  const { rows: tables } = await store.admin.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
  );
  const kept = [];
  for (const { name } of tables) kept.push((await store.admin.query(`SELECT t::text FROM "${name}" t`)).rows);
  const requests = world.ledger.after(0, {}, 100_000);
  return JSON.stringify([requests, logs.map((resource) => world.ledger.records(resource)), kept]);
}

/** Everything personal or medical, and what happened in free words. */
function secretsOf({ sandbox: { hammertech } }: HammertechGround): readonly string[] {
  const truth = truthOf(hammertech, tenant);
  if (!truth) throw new Error(`no tenant ${tenant}`);
  const told = [...truth.incidents, ...truth.observations].map(({ description }) => description);
  return [...personalOf(truth), ...told];
}

test('no name, no medical detail and no free text of an incident or an observation reaches Procore or our database', async () => {
  const ground = await newGround();
  const links = [await ground.link('AC-101'), await ground.link('AC-102')];
  const streams = ['incidents', 'observations', 'visitors', 'notes'];
  for (const link of links) for (const stream of streams) await ground.settle(link, stream);
  // a correction carries everything once more
  for (const { record } of ground.sandbox.hammertech.incidents.filter((row) => row.tenant === tenant && !row.record.deleted))
    changeRecord({ ground }, incidentKind, record.id, {
      status: 'closed',
      medicalDetail: 'Suture removed, no sign of infection.',
    });
  for (const link of links) await ground.settle(link, 'incidents');
  const secrets = secretsOf(ground);
  expect(secrets.length).toBeGreaterThan(20);
  expect(secrets).toContain('Suture removed, no sign of infection.');
  const carried = ground.sandbox.world.ledger.records('accident_logs').flatMap(({ history }) => history);
  expect(carried.filter(({ action }) => action === 'update').length).toBeGreaterThan(2);
  const seen = await everything(ground);
  expect(secrets.filter((secret) => seen.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([]);
});

test('control: the search sees a name in an entry, and a detail in a field that Procore does not know', async () => {
  const ground = await newGround();
  const site = await newSite(ground);
  const place = { projectId: site.link.procoreProjectId, by: site.person };
  writeByHand(ground.sandbox.world, accidents, place, { timeHour: 9, timeMinute: 0, involvedName: 'Ingeborg Sallafranca' });
  expect(entriesOf(site, 'accident_logs')).toHaveLength(1);
  ground.sandbox.world.ledger.open({
    at: '2026-03-09T00:00:00Z',
    atMs: 0,
    side: 'procore',
    operationId: null,
    method: 'POST',
    path: '/',
    body: { accident_log: { medical: 'Laceration of the left palm' } },
    clientId: null,
    userId: null,
    companyId: null,
    projectId: null,
    requestId: '',
  });
  const seen = await everything(ground);
  expect([seen.includes('Ingeborg Sallafranca'), seen.includes('Laceration of the left palm')]).toEqual([true, true]);
});
