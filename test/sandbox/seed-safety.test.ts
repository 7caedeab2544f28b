import { beforeAll, describe, expect, test } from '@jest/globals';
import { casesOf } from '../../sandbox/control/cases.ts';
import { createHammerTech, type HammerTech } from '../../sandbox/hammertech/state.ts';
import { personalOf, type Truth, truthOf } from '../../sandbox/hammertech/truth.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { type SeedOptions, seedAll } from '../../sandbox/seed/seed.ts';

const now = Date.parse('2026-03-10T09:30:00Z');
const ours = { redirectUri: 'http://localhost:3000/oauth/procore/callback' };

interface Seeded {
  world: World;
  hammertech: HammerTech;
  acme: Truth;
  borealis: Truth;
}

function seeded(options: Partial<SeedOptions> = {}, nowMs = now): Seeded {
  const world = createWorld({ machineMs: () => nowMs });
  const hammertech = createHammerTech(world.journal);
  seedAll(world, hammertech, { ours, ...options });
  const truth = (tenant: string): Truth => {
    const found = truthOf(hammertech, tenant);
    if (found === undefined) throw new Error(`no tenant ${tenant}`);
    return found;
  };
  return { world, hammertech, acme: truth('acme-safety'), borealis: truth('borealis-safety') };
}

let demo: Seeded;
beforeAll(() => {
  demo = seeded();
});

const localDay = (zone: string | undefined, instant: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone ?? 'UTC' }).format(new Date(instant));

/** Everything of one site that is not manpower, with the local day it happened on. */
function safetyOf({ projects, incidents, observations, signIns, diaries }: Truth, number: string) {
  const site = projects.find((project) => project.number?.trim().toUpperCase() === number);
  const here = <Row extends { projectId: string }>(rows: readonly Row[]) =>
    rows.filter(({ projectId }) => projectId === site?.id);
  const visits = here(signIns).filter((signIn) => signIn.isVisitor && signIn.companyName !== undefined);
  return {
    incidents: here(incidents),
    observations: here(observations),
    visits,
    notes: here(diaries).filter(({ notes }) => notes !== ''),
    days: [
      ...here(incidents).map(({ occurredUtc }) => occurredUtc),
      ...here(observations).map(({ observedUtc }) => observedUtc),
      ...visits.map(({ startUtc }) => startUtc),
    ].map((instant) => localDay(site?.timeZone, instant)),
  };
}

describe('the demo', () => {
  test('has a handful of incidents, observations, visitors and notes on every site', () => {
    for (const truth of [demo.acme, demo.borealis])
      for (const { number, id } of truth.projects) {
        const of = (rows: readonly { projectId: string }[]) => rows.filter(({ projectId }) => projectId === id).length;
        const visits = truth.signIns.filter(({ isVisitor, companyName }) => isVisitor && companyName !== undefined);
        const notes = truth.diaries.filter((diary) => diary.notes !== '');
        const counts = [of(truth.incidents), of(truth.observations), of(visits), of(notes)];
        expect([number, counts.every((count) => count > 0)]).toEqual([number, true]);
        expect([number, Math.max(...counts.slice(0, 3)) <= 10]).toEqual([number, true]);
      }
    const tower = safetyOf(demo.acme, 'AC-101');
    expect([tower.incidents.length, tower.observations.length, tower.visits.length]).toEqual([5, 6, 6]);
  });

  test('keeps all of it within the days of the site, and over', () => {
    const tower = safetyOf(demo.acme, 'AC-101').days.sort();
    expect([tower.at(0), (tower.at(-1) ?? '') <= '2026-03-09']).toEqual(['2026-02-08', true]);
    const { incidents, observations } = demo.acme;
    const instants = [...incidents, ...observations].map(({ modified }) => modified);
    instants.push(...incidents.map((one) => one.occurredUtc), ...observations.map((one) => one.observedUtc));
    expect(instants.filter((instant) => Date.parse(instant) > now)).toEqual([]);
  });

  test('asks nothing new of a manpower log: no crew without a vendor signs in', () => {
    const silent = demo.acme.employers.filter(({ name }) => /^(Phantom|Acme Builders|SCC Steelfixing)/.test(name));
    expect(silent).toHaveLength(3);
    const ids = new Set<string | null>(silent.map(({ id }) => id));
    expect(demo.acme.signIns.filter(({ employerId }) => ids.has(employerId))).toEqual([]);
  });

  test('writes no name and nothing medical into a description or a note', () => {
    const secrets = personalOf(demo.acme);
    expect(secrets.length).toBeGreaterThan(5);
    const open = [
      ...demo.acme.incidents.map(({ description }) => description),
      ...demo.acme.observations.map(({ description }) => description),
      ...demo.acme.diaries.map(({ notes }) => notes),
    ].join('\n');
    expect(secrets.filter((secret) => open.includes(secret))).toEqual([]);
    const people = demo.world.people.all().map(({ firstName, lastName }) => `${firstName} ${lastName}`);
    expect(secrets.filter((secret) => people.includes(secret))).toEqual([]);
  });

  test('has every case that the documentation names', () => {
    const missing = casesOf(demo.world, demo.acme).filter(({ count }) => count === 0);
    expect(missing).toEqual([]);
  });

  test('a child employer is found with and without a vendor, and Acme itself among the employers', () => {
    const cases = casesOf(demo.world, demo.acme);
    const names = (wanted: string) =>
      cases.find((one) => one.case === wanted)?.ids.map((id) => demo.acme.employers.find((employer) => employer.id === id)?.name);
    expect(names('a child employer with a vendor of its own')).toEqual(['Outback Formwork Pty Ltd']);
    expect(names('a child employer without a vendor')).toEqual(['SCC Steelfixing Crew']);
    expect(names("the builder's own staff")).toEqual(['Acme Builders']);
  });

  test('repeats exactly, and on another day only the dates move', () => {
    const text = (made: Seeded) => JSON.stringify([made.acme.incidents, made.acme.observations]);
    expect(text(seeded())).toBe(text(demo));
    const later = seeded({}, Date.parse('2026-04-12T00:10:00Z'));
    expect(later.acme.incidents.map(({ id }) => id)).toEqual(demo.acme.incidents.map(({ id }) => id));
    expect(text(later)).not.toBe(text(demo));
  });
});

test('with crews without a vendor, three more employers sign in on AC-102 and nowhere else', () => {
  const { acme } = seeded({ crewsWithoutVendor: true });
  const depot = acme.projects.find(({ number }) => number === 'AC-102');
  const strangers = acme.employers.filter(({ name }) => /^(Phantom|Acme Builders|SCC Steelfixing)/.test(name));
  for (const { id, name } of strangers) {
    const own = acme.signIns.filter(({ employerId }) => employerId === id);
    const days = new Set(own.map(({ startUtc }) => localDay('Australia/Sydney', startUtc)));
    expect([name, days.size, new Set(own.map(({ projectId }) => projectId))]).toEqual([name, 5, new Set([depot?.id])]);
  }
});

test('as large has incidents, observations, visitors and diaries over 30 days of all 17 projects', () => {
  const large = seeded({ profile: 'large' });
  for (const truth of [large.acme, large.borealis])
    for (const { id, number } of truth.projects) {
      const of = (rows: readonly { projectId: string }[]) => rows.filter(({ projectId }) => projectId === id).length;
      const visits = truth.signIns.filter(({ isVisitor, companyName }) => isVisitor && companyName !== undefined);
      expect([number, of(truth.incidents), of(truth.observations), of(visits), of(truth.diaries)]).toEqual([number, 5, 6, 6, 30]);
    }
});
