import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { jsonClient } from '../../scripts/tour/http.ts';
import { customerOf } from '../support/customer.ts';
import { eventually } from '../support/eventually.ts';
import { startStack, type TestStack, type TourRun } from '../support/stack.ts';

const fiveMinutesMs = 300_000;
/** A page that goes on by itself says so; on a busy machine the next one is there within this. */
const longestWaitMs = 20_000;

let stack: TestStack;
let toured: TourRun;

beforeAll(async () => {
  stack = await startStack({ profile: 'brief', env: { GROUNDWORK_CHROMIUM: '' } });
  toured = await stack.tour('--partner', 'part3');
}, 240_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

/** What the tour says of a person's way. */
function wayOf(who: RegExp): { readonly clicks: number; readonly ms: number; readonly longestWaitMs: number } {
  const told = /(\d+) clicks on \d+ pages, \d+ words; (\d+):(\d\d) min reckoned at .*; no wait longer than ([\d.]+) s/;
  const line = toured.said.split('\n').find((each) => who.test(each)) ?? '';
  const [, clicks, minutes, seconds, wait] = told.exec(line)?.map(Number) ?? [];
  if (clicks === undefined || minutes === undefined || seconds === undefined || wait === undefined)
    throw new Error(`nothing is told of ${who}:\n${toured.said}`);
  return { clicks, ms: (minutes * 60 + seconds) * 1000, longestWaitMs: wait * 1000 };
}

test('every page of the way from a mail to an answer in Procore does without script, and all that is asked for is done', () => {
  expect(toured.said).toContain("People's pages are opened over plain HTTP");
  expect({ code: toured.code, ok: toured.report.ok }).toEqual({ code: 0, ok: true });
  expect(Object.keys(toured.report.partners)).toEqual(['part3']);
});

test('the contractor connects with at most eight clicks, and at a person’s pace in less than five minutes', () => {
  const { clicks, ms, longestWaitMs: waitedMs } = wayOf(/Gus Romero has connected/);
  expect(clicks).toBeLessThanOrEqual(8);
  // the pages were read: their words alone take longer than this
  expect(ms).toBeGreaterThan(60_000);
  expect(ms).toBeLessThan(fiveMinutesMs);
  expect(waitedMs).toBeLessThan(longestWaitMs);
});

test('a return that a colleague reviews first goes out after the review', async () => {
  const lines = toured.said.split('\n');
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(at('reviews it first')).toBeGreaterThan(-1);
  expect(at('has reviewed it')).toBeGreaterThan(at('reviews it first'));
  expect(lines.slice(0, at('has reviewed it')).join('\n')).not.toContain('submittal-responses 2 of 2');
  expect(lines.slice(at('has reviewed it')).join('\n')).toContain('submittal-responses 2 of 2');
});

const tokens = z.object({ token: z.string() });
const truth = z.object({ rfis: z.array(z.object({ externalKey: z.string(), subject: z.string(), status: z.string() })) });
const credentials = z.object({
  items: z.array(z.object({ credentialId: z.string(), state: z.string(), refusal: z.object({ seen: z.string() }).nullable() })),
});

test('a token of another organisation is refused in words while the former serves on, and a new one of the same is taken', async () => {
  const { api, tenants } = stack.run();
  const client = jsonClient(api, tenants['north-studio']?.apiKey ?? '');
  const { product } = customerOf(stack, 'north-studio');
  const live = (await product.connections()).find(({ partner, stage }) => partner === 'part3' && stage === 'live');
  const at = `/v1/connections/${live?.connectionId}`;
  const standing = async () => credentials.parse(await client.get(`${at}/credentials`)).items;
  const [former] = await standing();

  await client.post(`${at}/partner-login`, { organisation: 'North Studio', token: part3Tokens['south-atelier'] });
  const refused = await eventually('the refusal', async () => (await standing()).find(({ state }) => state === 'refused'));
  expect(refused.refusal?.seen).toBe(
    'Part3 shows this token projects of South Atelier, but not the project Harbour Tower, which this connection is for.',
  );
  expect((await standing()).find(({ state }) => state === 'in-force')).toEqual(former);

  const rfis = async () => truth.parse(await stack.control('GET', '/part3/truth?organisation=north-studio')).rfis;
  const open = (await rfis()).find(({ status }) => status === 'open');
  const subject = 'Changed while the wrong token waits';
  await stack.control('POST', '/admin/rfis/edit', { id: open?.externalKey.split(':').at(-1), subject });
  await eventually('the change to come to Part3', async () => (await rfis()).some((rfi) => rfi.subject === subject), 60_000);

  const { token } = tokens.parse(await stack.control('POST', '/part3/tokens', { act: 'issue', organisation: 'north-studio' }));
  await client.post(`${at}/partner-login`, { organisation: 'north studio', token });
  const [taken] = await eventually('the new one to serve', async () => {
    const now = await standing();
    return now.length === 1 && now[0]?.credentialId !== former?.credentialId && now;
  });
  expect(taken).toMatchObject({ state: 'in-force', refusal: null });
}, 120_000);
