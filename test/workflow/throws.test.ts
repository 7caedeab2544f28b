import { expect, test } from '@jest/globals';
import type { Activities } from '../../activities/contract.ts';
import { useSkippingGround } from './ground.ts';
import { beginCare, beginOnboarding, beginSync } from './runs.ts';
import { met, quietReport, waitingOn } from './script.ts';
import { throwing } from './throwing.ts';

const ground = useSkippingGround();

const throwOnce = (error: () => unknown) => {
  let thrown = false;
  return async (): Promise<void> => {
    if (thrown) return;
    thrown = true;
    throw error();
  };
};

test.each(throwing)('%s thrown by every activity of an onboarding delays it and never fails it', async (_name, error) => {
  const { client, script } = ground();
  const names = ['openOnboarding', 'checkStep', 'watchStep', 'remind', 'endOnboarding'] as const satisfies (keyof Activities)[];
  script.outcomes.set('verifyPartner', waitingOn('admin'));
  let steps = 0;
  for (const name of names) {
    const first = throwOnce(error);
    const usual = name === 'checkStep' || name === 'watchStep';
    Object.assign(script.instead, {
      [name]: async () => {
        await first();
        if (name === 'openOnboarding') return { pace: script.pace, stage: 'onboarding', companyId: null, steps: [] };
        steps += 1;
        return usual ? met : undefined;
      },
    });
  }
  const { handle } = await beginOnboarding(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'live' });
  expect(steps).toBeGreaterThan(12);
});

test.each(throwing)('%s thrown by every activity of a project loop never fails it', async (_name, error) => {
  const { client, script } = ground();
  const [open, stream, close] = [throwOnce(error), throwOnce(error), throwOnce(error)];
  let cycles = 0;
  const openLink = script.link;
  Object.assign(script.instead, {
    openCycle: async () => {
      await open();
      const link = openLink instanceof Function ? await openLink() : openLink;
      return { ...link, current: cycles < 3 };
    },
    runStream: async () => {
      await stream();
      return quietReport;
    },
    closeCycle: async () => {
      await close();
      cycles += 1;
    },
  });
  const { handle } = await beginSync(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'not-current' });
});

test.each(throwing)('%s thrown by a round of care never fails it', async (_name, error) => {
  const { client, script } = ground();
  const first = throwOnce(error);
  let rounds = 0;
  script.round = async () => {
    await first();
    rounds += 1;
    return { current: rounds < 3, pace: script.pace, regressed: [], mended: [], standing: [] };
  };
  const { handle } = await beginCare(client);
  await expect(handle.result()).resolves.toEqual({ ended: 'not-current' });
});
