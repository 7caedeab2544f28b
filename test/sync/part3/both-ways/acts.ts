import fc from 'fast-check';
import { crashPoints, tellingCrashPoints } from '../../../../activities/sync/crash-points.ts';

/** What happens on either side or to the workers between them; `which` counts, around the end, among those that there are. */
const which = fc.nat(7);
const chance = fc.boolean();
const designer = fc.constantFrom('ria', 'sam');
const people = fc.subarray(['ria', 'sam', 'otto'] as const, { minLength: 1 });
const some = fc.subarray(['ria', 'sam', 'otto'] as const);
const word = fc.constantFrom('Yes.', 'No.', 'Use 12 mm.');

/** Contractor's people, in Procore. */
const inProcore = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('ask'), assignees: people, distribution: some, hidden: chance, file: chance }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('changeRfi'),
      which,
      how: fc.constantFrom('close', 'reopen', 'recycle', 'retrieve', 'hide', 'show', 'subject', 'due', 'ball'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('assign'), which, assignees: people, required: some, distribution: some }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('replyByHand'), which, who: fc.constantFrom('ria', 'sam', 'gus'), file: chance }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('submit'),
      steps: fc.array(people, { minLength: 1, maxLength: 3 }),
      distribution: some,
      hidden: chance,
      file: chance,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('changeSubmittal'),
      which,
      how: fc.constantFrom('close', 'open', 'bin', 'retrieve', 'hide', 'show', 'title', 'revise'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('replaceApprover'),
      which,
      slot: which,
      person: fc.constantFrom('ria', 'sam', 'otto'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('addApprover'), which, person: designer, step: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('respondByHand'), which, slot: which, byAdmin: chance, file: chance }) },
);

/** The design team's, in Part3. */
const inPart3 = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('answer'),
      which,
      who: designer,
      word,
      file: chance,
      official: chance,
      finished: chance,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('moveAnswer'),
      which,
      how: fc.constantFrom('edit', 'review', 'finish', 'recall'),
      word,
      replaced: chance,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('giveReturn'),
      which,
      slot: which,
      word,
      response: fc.constantFrom('Approved', 'Rejected'),
      file: chance,
      reviewed: chance,
      finished: chance,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('moveReturn'),
      which,
      how: fc.constantFrom('edit', 'review', 'do-step', 'finish', 'recall'),
      response: fc.constantFrom('Approved', 'Rejected'),
      word,
      replaced: chance,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('note'), which }) },
);

export const streams = ['rfis', 'submittals', 'attachments', 'rfi-replies', 'submittal-responses'] as const;
const stream = fc.constantFrom(...streams);
const point = fc.constantFrom(...crashPoints, ...tellingCrashPoints);

/** What a single answer meets where it matters most. */
const amidTrouble = fc.record({
  do: fc.constant('sentAmidTrouble'),
  of: fc.constantFrom('rfi', 'rfi', 'submittal'),
  which,
  word,
  file: chance,
  trouble: fc.constantFrom(
    'reset-before',
    'reset-after-commit',
    'garbage-after-commit',
    'status-after-commit',
    'after-claim',
    'after-send-before-settle',
  ),
});

/** Workers, the network and time. */
const between = fc.oneof(
  { weight: 6, arbitrary: amidTrouble },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('cycle'), stream }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('killedAtPoint'), stream, point, nth: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('killedAtCall'), stream, nth: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('twoWorkers'), stream }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('spoil'),
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH'),
      nth: fc.integer({ min: 1, max: 3 }),
      kind: fc.constantFrom('reset-before', 'reset-after-commit', 'garbage-after-commit', 'status-after-commit', 'status-before'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('timePasses'), hour: chance }) },
);

const one = fc.oneof({ weight: 5, arbitrary: inProcore }, { weight: 5, arbitrary: inPart3 }, { weight: 6, arbitrary: between });

/** A history; without what makes it pass through troubles, if so wished. */
export const histories = (length: { readonly minLength: number; readonly maxLength: number }) => fc.array(one, length);

type Of<Arbitrary> = Arbitrary extends fc.Arbitrary<infer One> ? One : never;
export type ProcoreAct = Of<typeof inProcore>;
export type Part3Act = Of<typeof inPart3>;
export type SentAmidTrouble = Of<typeof amidTrouble>;
export type Between = Of<typeof between>;
export type Act = ProcoreAct | Part3Act | Between;
