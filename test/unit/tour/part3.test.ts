import { expect, test } from '@jest/globals';
import { agree } from '../../../scripts/tour/comparison.ts';
import type { Sides } from '../../../scripts/tour/part3/sides.ts';
import { compareSides } from '../../../scripts/tour/part3/streams.ts';
import { type Ground, newGround, ownRfi, sidesOf } from './part3-sides.ts';

type Wrong = Partial<Record<'missing' | 'extra' | 'lost' | 'doubled', number>>;

const none = { missing: 0, extra: 0, lost: 0, doubled: 0 };
const other = 'e'.repeat(64);

/** The streams that do not agree, and in what. */
function wrongIn(ground: Ground, backfill?: Sides['backfill']): Record<string, Wrong> {
  const disagreeing = Object.entries(compareSides(sidesOf(ground, backfill))).filter(([, comparison]) => !agree(comparison));
  return Object.fromEntries(
    disagreeing.map(([name, { missing, extra, lost, doubled }]) => [name, { missing, extra, lost, doubled }]),
  );
}

/** Changes the first (or the named) of some rows. */
const change = <Row>(rows: readonly Row[], by: Partial<Row>, at = 0): Row[] =>
  rows.map((row, index) => (index === at ? { ...row, ...by } : row));

const withPart3 =
  (by: (part3: Ground['part3']) => Partial<Ground['part3']>) =>
  (ground: Ground): Ground => ({
    ...ground,
    part3: { ...ground.part3, ...by(ground.part3) },
  });
const withProcore =
  (by: (procore: Ground['procore']) => Partial<Ground['procore']>) =>
  (ground: Ground): Ground => ({
    ...ground,
    procore: { ...ground.procore, ...by(ground.procore) },
  });

/** A file of a reply or response in Procore alone: what came back to Part3 of it is left as it was. */
const replyFiles = (by: object | null) =>
  withProcore(({ replies }) => ({
    replies: change(replies, { attachments: by === null ? [] : change(replies[0]?.attachments ?? [], by) }),
  }));

test('what has come and gone out as it should agrees, draft, closed and foreign items left out', () => {
  const compared = compareSides(sidesOf(newGround()));
  const counts = Object.fromEntries(Object.entries(compared).map(([name, { source, target }]) => [name, [source, target]]));
  expect(counts).toEqual({
    rfis: [1, 1],
    submittals: [1, 1],
    'rfi-replies': [1, 1],
    'submittal-responses': [1, 1],
    attachments: [4, 4],
  });
  expect(wrongIn(newGround())).toEqual({});
});

const wrongs: readonly (readonly [string, (ground: Ground) => Ground, string, Wrong])[] = [
  ['a reply that was lost', withProcore(() => ({ replies: [] })), 'rfi-replies', { missing: 1, lost: 1 }],
  [
    'a reply that was given twice',
    withProcore(({ replies }) => ({ replies: [...replies, ...change(replies, { id: '302' })] })),
    'rfi-replies',
    { extra: 1, doubled: 1 },
  ],
  [
    'a reply under another name',
    withProcore(({ replies }) => ({ replies: change(replies, { authorId: '12' }) })),
    'rfi-replies',
    { missing: 1, extra: 1 },
  ],
  [
    'a reply with other words',
    withProcore(({ replies }) => ({ replies: change(replies, { body: 'The drawing.' }) })),
    'rfi-replies',
    { missing: 1, extra: 1 },
  ],
  [
    'a reply that is not the official one',
    withProcore(({ replies }) => ({ replies: change(replies, { official: false }) })),
    'rfi-replies',
    { missing: 1, extra: 1 },
  ],
  ['a reply without its file', replyFiles(null), 'rfi-replies', { missing: 1, extra: 1 }],
  ['a changed byte in a reply’s file', replyFiles({ sha256: other }), 'rfi-replies', { missing: 1, extra: 1 }],
  [
    'a reply to an answer that was recalled',
    withPart3(({ answers }) => ({ answers: change(answers, { state: 'recalled' }) })),
    'rfi-replies',
    { extra: 1 },
  ],
  [
    'a response that is blocked',
    (ground) =>
      withProcore(() => ({ responses: [] }))(
        withPart3(({ returns }) => ({ returns: change(returns, { state: 'blocked' }) }))(ground),
      ),
    'submittal-responses',
    { missing: 1, lost: 1 },
  ],
  ['a response that was lost', withProcore(() => ({ responses: [] })), 'submittal-responses', { missing: 1, lost: 1 }],
  [
    'a response that was given twice',
    withProcore(({ responses }) => ({ responses: [...responses, ...responses] })),
    'submittal-responses',
    { extra: 1, doubled: 1 },
  ],
  [
    'a response by another',
    withProcore(({ responses }) => ({ responses: change(responses, { by: '90' }) })),
    'submittal-responses',
    { missing: 1, extra: 1 },
  ],
  [
    'another response than was chosen',
    withProcore(({ responses }) => ({ responses: change(responses, { name: 'Approved' }) })),
    'submittal-responses',
    { missing: 1, extra: 1 },
  ],
  [
    'a response before its review was finished',
    withPart3(({ returns }) => ({ returns: change(returns, { state: 'in-review' }) })),
    'submittal-responses',
    { extra: 1 },
  ],
  [
    'a changed byte in a response’s file',
    withPart3(({ files }) => ({ files: change(files, { sha256: other }, 5) })),
    'submittal-responses',
    { missing: 1, extra: 1 },
  ],
  [
    'a file that has not come',
    withPart3(({ rfis, files }) => ({ rfis: change(rfis, { files: [] }), files: files.slice(1) })),
    'attachments',
    { missing: 1, lost: 1 },
  ],
  [
    'a file of which bytes are still to come',
    withPart3(({ files }) => ({ files: change(files, { state: 'open' }) })),
    'attachments',
    { missing: 1, extra: 1 },
  ],
  [
    'a changed byte in a file',
    withPart3(({ files }) => ({ files: change(files, { sha256: other }, 2) })),
    'attachments',
    { missing: 1, extra: 1 },
  ],
  [
    'a file that came twice',
    withPart3(({ rfis, files }) => ({
      rfis: change(rfis, { files: ['f1', 'f1again'] }),
      files: [...files, ...files.slice(0, 1).map((file) => ({ ...file, id: 'f1again' }))],
    })),
    'attachments',
    { extra: 1, doubled: 1 },
  ],
  [
    'a file that belongs to nothing',
    withPart3(({ files }) => ({ files: [...files, ...files.slice(0, 1).map((file) => ({ ...file, id: 'loose' }))] })),
    'attachments',
    { extra: 1 },
  ],
  ['an item that has not come', withPart3(() => ({ rfis: [] })), 'rfis', { missing: 1, lost: 1 }],
  ['an item that came twice', withPart3(({ rfis }) => ({ rfis: [...rfis, ...rfis] })), 'rfis', { extra: 1, doubled: 1 }],
  [
    'an item that is none of the design side’s',
    withPart3(({ rfis }) => ({
      rfis: [...rfis, ...change(rfis, { externalKey: `procore:1:7:rfi:${ownRfi.id}`, files: [], replies: [] })],
    })),
    'rfis',
    { extra: 1 },
  ],
  [
    'a reply of somebody that is not shown',
    withPart3(({ rfis }) => ({ rfis: change(rfis, { replies: [] }) })),
    'rfis',
    { missing: 1, extra: 1 },
  ],
  [
    'a private item that more people may read',
    withPart3(({ submittals }) => ({ submittals: change(submittals, { readers: ['ria', 'sam'] }) })),
    'submittals',
    { missing: 1, extra: 1 },
  ],
  [
    'a ball that is said to be with somebody else',
    withPart3(({ submittals }) => ({ submittals: change(submittals, { ballInCourt: [{ name: 'Sam Wu', memberId: 'sam' }] }) })),
    'submittals',
    { missing: 1, extra: 1 },
  ],
];

test.each(wrongs)('%s makes the sides differ', (_what, breaking, stream, wrong) => {
  expect(wrongIn(breaking(newGround()))[stream]).toEqual({ ...none, ...wrong });
});

test('HTML that was rewritten on the way says the same, and a person’s own answers are no concern of ours', () => {
  const ground = withProcore(({ replies }) => ({ replies: change(replies, { body: '<div>The&nbsp;<i>schedule</i>.</div>' }) }))(
    newGround(),
  );
  expect(wrongIn(ground)).toEqual({});
  const byHand = withProcore(({ replies }) => ({
    replies: [
      ...replies,
      ...change(replies, { id: '303', authorId: '90', body: 'Thanks.', attachments: [], clientId: null, official: false }),
    ],
  }))(newGround());
  const shown = withPart3(({ rfis }) => ({
    rfis: change(rfis, {
      replies: [...(rfis[0]?.replies ?? []), { authorMemberId: null, bodyHtml: 'Thanks.', official: false, files: [] }],
    }),
  }))(byHand);
  expect(wrongIn(shown)).toEqual({});
});

test.each([
  ['none', { which: 'none' }, ['101']],
  ['what is open', { which: 'open' }, ['101', '105']],
  ['everything since a day', { which: 'since', since: '2026-02-01' }, ['101', '104', '105']],
  ['everything since a later day', { which: 'since', since: '2026-03-05' }, ['101']],
] as const)('of the past comes %s, as it was chosen', (_name, backfill, ids) => {
  const ground = withProcore(({ rfis }) => ({ rfis: [...rfis, { ...ownRfi, id: '105', distributionIds: ['11'] }] }))(newGround());
  const expected = compareSides(sidesOf({ ...ground, part3: { ...ground.part3, rfis: [] } }, backfill))['rfis'];
  expect(expected?.source).toBe(ids.length);
  expect(expected?.examples.map((example) => /:rfi:(\d+)/.exec(example)?.[1])).toEqual(ids);
});
