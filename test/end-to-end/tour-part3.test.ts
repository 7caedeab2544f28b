import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
