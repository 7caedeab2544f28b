import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createMemory, type Memory } from '../../../shared/domain/memory.ts';
import { getCompanyMe } from '../../../shared/procore/operations/identity.ts';
import { listProjects } from '../../../shared/procore/operations/projects.ts';
import { listVendors } from '../../../shared/procore/operations/vendors.ts';
import { createSharedReads } from '../../../shared/procore/shared-reads.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { clientOf } from './fixture.ts';

let farSide: FarSide;
let memory: Memory;
let status: number;

beforeEach(async () => {
  status = 200;
  memory = createMemory();
  farSide = await startFarSide((response, { path }, nth) => {
    if (status !== 200) answerJson(response, status, '{"errors":["no"]}');
    else answerJson(response, 200, path.endsWith('/me') ? '{"id":7}' : `[{"id":${nth},"name":"n"}]`, { total: '1' });
  });
});
afterEach(() => farSide.close());

const checkOf = (asker: string, place = 'credential') => {
  const reads = createSharedReads(memory, asker);
  const client = reads.of(clientOf(farSide.origin), place);
  return { ...reads, client, projects: async () => (await listProjects(client, 'active')).map(({ id }) => id) };
};

test('one check after the other is given the list that the first one asked for', async () => {
  expect(await checkOf('one').projects()).toEqual(['1']);
  expect(await checkOf('two').projects()).toEqual(['1']);
  expect(farSide.received).toHaveLength(1);
});

test('a check that looks again asks Procore, and so does one with another credential', async () => {
  await checkOf('one').projects();
  expect(await checkOf('one').projects()).toEqual(['2']);
  expect(await checkOf('two').projects()).toEqual(['2']);
  expect(await checkOf('two', 'another credential').projects()).toEqual(['3']);
});

test('a second look is wanted only where Procore says other now than what was given, and costs the reads that were', async () => {
  const one = checkOf('one');
  await one.projects();
  expect(await one.haveChanged()).toBe(false);
  const two = checkOf('two');
  await two.projects();
  await getCompanyMe(two.client);
  expect(farSide.received).toHaveLength(2);
  expect(await two.haveChanged()).toBe(true);
  expect(await two.projects()).toEqual(['3']);
  const three = checkOf('three');
  await getCompanyMe(three.client);
  expect(await three.haveChanged()).toBe(false);
  expect(farSide.received).toHaveLength(4);
});

test('what is refused now has changed', async () => {
  await checkOf('one').projects();
  const two = checkOf('two');
  await two.projects();
  status = 403;
  expect(await two.haveChanged()).toBe(true);
});

test('after a refusal nothing is shared: what explains it is asked anew', async () => {
  await getCompanyMe(checkOf('one').client);
  status = 403;
  const { client } = checkOf('two');
  await expect(listVendors(client as Parameters<typeof listVendors>[0])).rejects.toThrow();
  await expect(getCompanyMe(client)).rejects.toThrow();
});

test('a list of anything else is never shared', async () => {
  for (const asker of ['one', 'two']) await listVendors(checkOf(asker).client as Parameters<typeof listVendors>[0]);
  expect(farSide.received).toHaveLength(2);
});
