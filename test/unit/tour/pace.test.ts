import { expect, test } from '@jest/globals';
import { paceInWords, paceOf } from '../../../scripts/tour/browsing/pace.ts';
import type { View } from '../../../scripts/tour/browsing/tab.ts';
import { peopleOf } from '../../../scripts/tour/cast.ts';
import { tourOptions } from '../../../scripts/tour/options.ts';
import { connectProject } from '../../../scripts/tour/part3/contractor.ts';

const wanted = { project: 'Harbour Tower', inviter: 'North Studio', account: 'gus@acme.example' };
const named = Object.values(wanted).join(' ');
/** With these many words on it. */
const page = (origin: string, words: number, heading: string, ...buttons: string[]): View => {
  const others = words - named.split(' ').length;
  return { url: `${origin}/page`, heading, text: `${named} ${Array(others).fill('word').join(' ')}`, buttons };
};
const [ours, procore] = ['https://ours.example', 'https://procore.example'];
const way = [
  page(ours, 200, 'North Studio invites you', 'Continue with Procore'),
  page(procore, 999, 'Sign in', 'Deny', 'Allow'),
  page(ours, 50, 'Is that you?', 'Yes, that is me', 'Use another account'),
  page(ours, 100, 'Your role in Procore', 'Yes'),
  page(ours, 150, 'Which project?', 'Choose Harbour Tower'),
  page(ours, 100, 'Connect Harbour Tower', 'Create connection'),
  page(ours, 60, 'Harbour Tower is connected', 'Undo'),
];
/** Between a press and the page behind it. */
const arrivesMs = 500;
/** Who waits on a busy machine is late. */
const lateMs = 1000;

/** Gus on the contractor's way in a tour of such words, by a clock that only his acts and waits move; what he did, in order. */
async function tour(...words: readonly string[]) {
  let clockMs = 0;
  let at = -1;
  const acts: string[] = [];
  const next = async (act: string): Promise<void> => {
    acts.push(act);
    at += 1;
    clockMs += arrivesMs;
  };
  const options = tourOptions(words, async (ms) => {
    // whoever does not wait for it acts meanwhile
    await new Promise((resolve) => setImmediate(resolve));
    acts.push(`takes ${ms / 1000} s`);
    clockMs += ms + lateMs;
  });
  const tab = {
    open: () => next('opens the link'),
    look: async (): Promise<View> => way[at] ?? page(ours, 20, 'No page'),
    press: (button: string) => next(`presses ${button}`),
    pick: async (label: string) => void acts.push(`picks ${label}`),
  };
  const { person, manner } = peopleOf(options, { enter: async () => tab }, () => clockMs);
  const gus = await person('Gus Romero');
  await connectProject(gus, `${ours}/invitation/x`, wanted);
  return { acts, said: paceInWords(paceOf(gus.path), manner), path: gus.path };
}

test('unhurried, a person reads each page once before they act on it, and takes their time for every act', async () => {
  const { acts } = await tour('--json', '--unhurried');
  expect(acts).toEqual([
    ...['takes 3 s', 'opens the link'],
    ...['takes 60 s', 'takes 3 s', 'presses Continue with Procore'],
    // Procore's page is a form that they have filled in before, however many words are on it
    ...['takes 45 s', 'takes 3 s', 'picks Gus Romero', 'takes 3 s', 'presses Allow'],
    ...['takes 15 s', 'takes 3 s', 'presses Yes, that is me'],
    ...['takes 30 s', 'takes 3 s', 'presses Yes'],
    ...['takes 45 s', 'takes 3 s', 'presses Choose Harbour Tower'],
    ...['takes 30 s', 'takes 3 s', 'presses Create connection'],
    'takes 18 s',
  ]);
});

test('unhurried, what is told is the time by the clock, from the link to the page that says connected', async () => {
  const { said, path } = await tour('--unhurried');
  // 225 s of reading and signing in, 8 acts of 3 s, 14 times late, 7 pages on their way
  expect(path.tookMs).toBe(225_000 + 8 * 3000 + 14 * lateMs + 7 * arrivesMs);
  expect(said).toBe(
    '8 clicks on 7 pages, 660 words; 4:26 min by the clock, driven at 200 words a minute, 3 s a click and 45 s to sign in to Procore; no wait longer than 0.5 s',
  );
});

test('without the option nobody waits, and the time of a person’s pace is reckoned', async () => {
  const { acts, said, path } = await tour();
  expect(acts.filter((act) => act.startsWith('takes'))).toEqual([]);
  expect(acts).toHaveLength(8);
  expect(path.tookMs).toBe(7 * arrivesMs);
  expect(said).toMatch(/^8 clicks on 7 pages, 660 words; 4:30 min reckoned at 200 words a minute/);
});

test.each([
  ['--unhuried', /unhuried/],
  ['--partner=acme', /partner|hammertech/],
  ['--patience=soon', /number/],
])('%s is no option of a tour', (word, says) => {
  expect(() => tourOptions([word], async () => undefined)).toThrow(says);
});
