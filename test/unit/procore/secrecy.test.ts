import { inspect } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { createOAuth } from '../../../shared/procore/oauth.ts';
import { createServiceTokens } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { type Answering, answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aRead, aWrite, bearerText, clientOf } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

const clientSecret = 'client-secret-that-nobody-may-see';
const code = 'code-that-nobody-may-see';
const echo: Answering = (response, { headers, text }) =>
  answerJson(response, 500, JSON.stringify({ errors: [headers.authorization, text] }), {
    'x-request-id': `${headers.authorization}`,
  });

const endings: readonly (readonly [string, Answering])[] = [
  ['an error that echoes everything', echo],
  [
    'a refusal that echoes everything',
    (response, { headers, text }) =>
      answerJson(response, 422, JSON.stringify({ errors: { [`${headers.authorization}`]: [text] } })),
  ],
  [
    'garbage that echoes everything',
    (response, { headers, text }) => answerJson(response, 200, `${headers.authorization}${text}`),
  ],
  [
    'a redirect that echoes everything',
    (response, { headers }) => void response.writeHead(302, { location: `/${headers.authorization}` }).end(),
  ],
  ['a reset connection', (response) => void response.socket?.resetAndDestroy()],
  ['silence', () => {}],
  ['a broken answer', (response) => void response.socket?.end('HTTP/1.1 nonsense\r\n\r\n')],
];

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Everything a logger, a console or a serialiser could make of an error, causes and hidden properties included. */
function everythingIn(error: unknown): string {
  const chain: unknown[] = [];
  for (let current = error; current instanceof Error; current = current.cause) chain.push(current);
  const printed = inspect(error, { depth: 20, showHidden: true, getters: true });
  const plain = chain.map((one) =>
    one instanceof Error ? `${one.message}${one.stack}${JSON.stringify(one)}${JSON.stringify(Object.entries(one))}` : '',
  );
  return [printed, ...plain].join('\n');
}

test.each(endings)('%s puts no secret into any error', async (_ending, answering) => {
  farSide = await startFarSide(answering);
  const timings = { httpDeadlineMs: 200, inlineWaitMs: 0 };
  const client = clientOf(farSide.origin, { timings });
  const oauth = createOAuth({ loginOrigin: farSide.origin, deadlineMs: 200 });
  const credential = { clientId: 'client-1', clientSecret: secretOf(clientSecret) };
  const errors = [
    await thrownBy(client.call({ ...aRead, query: { 'filters[search]': 'name-that-nobody-may-see' } })),
    await thrownBy(client.call({ ...aWrite, body: { note: 'note-that-nobody-may-see' } })),
    await thrownBy(oauth.exchangeCode(credential, secretOf(code), 'http://localhost/')),
    await thrownBy(oauth.tokenInfo(secretOf(bearerText))),
    await thrownBy(oauth.revokeToken(credential, secretOf(code))),
    await thrownBy(
      createServiceTokens(oauth)
        .sourceFor('row-1', async () => credential)
        .bearer(),
    ),
  ];
  expect(errors.filter((error) => error !== undefined).length).toBeGreaterThanOrEqual(5);
  for (const error of errors) expect(everythingIn(error)).not.toContain('that-nobody-may-see');
});

test('no client, source or grant shows its secret when it is printed', async () => {
  farSide = await startFarSide((response) =>
    answerJson(response, 200, `{"access_token":"${bearerText}","refresh_token":"${code}","expires_in":5400}`),
  );
  const oauth = createOAuth({ loginOrigin: farSide.origin, deadlineMs: 2000 });
  const tokens = createServiceTokens(oauth);
  const source = tokens.sourceFor('row-1', async () => ({ clientId: 'c', clientSecret: secretOf(clientSecret) }));
  const grant = await oauth.clientCredentials({ clientId: 'c', clientSecret: secretOf(clientSecret) });
  const printed = [source, tokens, oauth, grant, await source.bearer(), clientOf(farSide.origin, { token: source })];
  expect(inspect(printed, { depth: 20, showHidden: true, getters: true })).not.toContain('that-nobody-may-see');
  expect(JSON.stringify(printed)).not.toContain('that-nobody-may-see');
});

test('the search of this file would find a secret', () => {
  expect(everythingIn(new Error('outer', { cause: new Error(bearerText) }))).toContain('that-nobody-may-see');
});
