import { createHash } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { faultOf } from '../procore/fixture.ts';
import { always, clientAt } from './fixture.ts';

let side: FarSide;
afterEach(() => side?.close());

const bytes = Buffer.from('A drawing.');
const sumOf = (of: Buffer) => createHash('sha256').update(of).digest('hex');
const other = sumOf(Buffer.from('Another.'));
const sent = { projectId: 'p-1', externalKey: 'key', name: 'a.pdf', contentType: 'application/pdf', size: bytes.length };
const row = (state: string, fields: object = {}) =>
  JSON.stringify({ id: 'f-1', ...sent, sha256: sumOf(bytes), state, received: state === 'open' ? 0 : bytes.length, ...fields });
async function* asked() {
  yield bytes;
}

test('bytes that are not those announced are no file: whoever reads them is told at the end, before anything is made of them', async () => {
  side = await startFarSide((response, { path }) =>
    path.endsWith('/content')
      ? response.writeHead(206, { 'content-type': 'application/octet-stream' }).end(bytes)
      : answerJson(response, 200, row('complete', { sha256: other })),
  );
  const client = clientAt(side.origin);
  const read = async () => {
    for await (const _ of client.readFile(await client.file('f-1')));
  };
  expect(await faultOf(read())).toMatchObject({
    kind: 'file-unavailable',
    detail: { seen: 'The bytes of the file are not those that Part3 announced.' },
  });
});

test.each([
  ['other bytes', { sha256: other }],
  ['another length', { size: 3 }],
])(
  'a file that stands there with %s is no copy of what was sent, whether it was there before or is there now',
  async (_, fields) => {
    for (const first of ['complete', 'open']) {
      side = await startFarSide((response, { method, path }) =>
        answerJson(
          response,
          200,
          method === 'POST' && path.endsWith('/complete') ? row('complete', fields) : row(first, first === 'open' ? {} : fields),
        ),
      );
      const written = clientAt(side.origin).writeFile({ ...sent, sha256: sumOf(bytes) }, asked, always);
      expect(await faultOf(written)).toMatchObject({
        kind: 'file-unavailable',
        detail: { seen: 'Part3 holds other bytes than those that were sent.' },
      });
      await side.close();
    }
  },
);
