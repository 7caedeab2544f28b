import { expect, test } from '@jest/globals';
import { daysAgo, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

test('thirty days of six crews: one entry each, the least possible calls, and Procore’s total is the source’s within rounding', async () => {
  const ground = await newGround();
  const totals = new Map<string, { seconds: number; workers: number }>();
  for (let employer = 0; employer < 6; employer += 1) {
    const vendorId = ground.vendor(`Crew ${employer}`);
    await ground.match(`e${employer}`, vendorId);
    for (let day = 0; day < 30; day += 1) {
      const workers = 10 + ((employer * 7 + day * 3) % 20);
      let seconds = 0;
      for (let worker = 0; worker < workers; worker += 1) {
        const hours = 6 + ((worker * 37 + day * 11) % 240) / 60;
        ground.source.add({ worker: `w${employer}-${worker}`, employer: `e${employer}`, day: daysAgo(day), hours });
        seconds += hours * 3600;
      }
      totals.set(`${daysAgo(day)}|${vendorId}`, { seconds, workers });
    }
  }
  ground.small.world.switches.set('rateProfile', 'generous');
  const report = await ground.cycle();
  expect(report).toMatchObject({ created: 180, parked: 0, open: 0 });
  const calls = ground.calls();
  // 2 + e (facts: steps-and-calls section 2), and the two lists of options
  expect(calls.length).toBeLessThanOrEqual(1.05 * (2 + 180));
  expect(ground.entries()).toHaveLength(180);
  for (const entry of ground.entries()) {
    const total = totals.get(`${entry.date}|${entry.vendorId}`);
    expect(entry.numWorkers).toBe(total?.workers);
    const manHours = entry.numWorkers * Number(entry.numHours);
    expect(Math.abs(manHours - (total?.seconds ?? 0) / 3600)).toBeLessThanOrEqual(0.005 * entry.numWorkers + 1e-9);
  }
  expect(await ground.cycle()).toMatchObject({ created: 0, updated: 0 });
  expect(ground.calls()).toHaveLength(0);
});
