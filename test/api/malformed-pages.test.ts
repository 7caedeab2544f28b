import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import type { ApiDependencies } from '../../api/dependencies.ts';
import { invitationPages } from '../../api/pages/invitations.tsx';
import { pages } from '../../api/pages/router.tsx';
import type { PartnerName } from '../../shared/domain/partners.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld } from '../support/api-world.ts';
import { contentsOf } from '../support/contents.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
/** The browser of a person who has pressed "Continue with Procore" and is at Procore now. */
let browser: PageBrowser;
let link: string;
let signInId: string;
let state: string;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  const world = await newWorld(apiOf());
  const offered = await apiOf().call('post', `/v1/connections/${world.connectionId}/sign-ins`, { key: world.key, body: {} });
  const body = offered.body as { url: string; signInId: string }; // the document says so
  [link, signInId, browser] = [new URL(body.url).pathname, body.signInId, new PageBrowser(apiOf())];
  const started = await browser.press(`${link}/start`);
  state = new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? '';
  apiOf().runs.told.length = 0;
  before = await contentsOf(apiOf().store.admin);
});

/** Every page that is mounted, read from the router itself, so that none can be forgotten. */
const mounted = (() => {
  // nothing is called while the router is built but what names its own origin and whom to ask
  const unused = {
    settings: { pagesUrl: 'http://localhost' },
    supportOf: (partner: PartnerName) => ({ contact: partner, hours: '' }),
  } as ApiDependencies;
  return [...pages(unused).stack, ...invitationPages(unused).stack].flatMap(({ route }) =>
    route === undefined || route.stack[0]?.method === undefined ? [] : [{ path: route.path, method: route.stack[0].method }],
  );
})();

const named = (method: string, only: (path: string) => boolean = () => true) =>
  mounted.filter((page) => page.method === method && only(page.path)).map(({ path }) => [path] as const);

test('every page is mounted once, and these tests know of their parameters', () => {
  expect(named('get').length + named('post').length).toBe(mounted.length);
  expect(mounted.length).toBeGreaterThanOrEqual(9);
  expect(new Set(mounted.flatMap(({ path }) => path.match(/:[a-zA-Z]+/g) ?? []))).toEqual(new Set([':token', ':signInId']));
});

const real = (path: string): string => path.replace('/connect/:token', link).replace(':signInId', signInId);

/** A page that says in plain words what is the matter. */
async function expectRefusal(answer: Awaited<ReturnType<PageBrowser['get']>>, status?: number): Promise<void> {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  if (status !== undefined) expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(answer.text).toMatch(/<h1>[A-Z][^<]+<\/h1>.*<p role="alert">[^<]+<\/p>/s);
  expect(answer.text).not.toMatch(/Error|node_modules|at .*\.ts/);
}

const wrongIds = [
  'x',
  '1',
  '%00',
  'a%00b',
  '..%2f..%2fetc',
  'A'.repeat(43),
  'A'.repeat(5000),
  '%F0%9F%92%A9',
  '%3Cscript%3E',
  randomUUID(),
];
const wrongEscapes = ['%C3%28', '%E0%A4%A', '%'];

test.each(mounted.filter(({ path }) => path.includes(':')).map(({ method, path }) => [method, path] as const))(
  '%s %s with an id that is none is a page that says so',
  async (method, path) => {
    for (const id of [...wrongIds, ...wrongEscapes]) {
      const address = path.replace(/:[a-zA-Z]+/, id);
      await expectRefusal(method === 'get' ? await browser.get(address) : await browser.press(address));
    }
  },
);

test.each(mounted.map(({ method, path }) => [method, path] as const))('%s %s takes no other method', async (method, path) => {
  for (const other of ['put', 'PATCH', 'delete', ...(method === 'get' ? [] : ['get'])])
    await expectRefusal(await browser.get(real(path), other), 405);
});

test.each(named('post', (path) => path.endsWith('/confirm')))('the form of %s is refused whatever else it is', async (path) => {
  const forms: [raw: string, contentType?: string][] = [
    [''],
    ['companyId'],
    ['companyId=1'],
    ['companyId=1&companyId=2'],
    ['companyId[]=1'],
    ['companyId=%00'],
    ['companyId=%C3%28'],
    ['__proto__=1&constructor=2'],
    [`companyId=${'9'.repeat(3000)}`],
    [`companyId=${'9'.repeat(5000)}`],
    [Array.from({ length: 50 }, (_, at) => `field${at}=1`).join('&')],
    ['{"companyId":"1"}', 'application/json'],
    ['companyId=1', 'application/x-www-form-urlencoded; charset=utf-7'],
    ['--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
  ];
  for (const [raw, contentType] of forms) await expectRefusal(await browser.press(real(path), raw, contentType));
});

test('a return from Procore that is not what Procore sends is refused, and the state stays good', async () => {
  const right = `state=${state}`;
  const wrong = [
    '',
    'code=abc',
    right,
    `${right}&code=`,
    `${right}&code=%00`,
    `${right}&code=a%20b`,
    `${right}&code=%C3%28`,
    `${right}&code=${'x'.repeat(2001)}`,
    `${right}&code=a&code=b`,
    `${right}&${right}&code=a`,
    `${right}&error=${'x'.repeat(201)}`,
    `${right}&error=a&error=b`,
    'state=&code=abc',
    `state=${state}x&code=abc`,
    `state=%00&code=abc`,
    `state=${'A'.repeat(43)}&code=abc`,
    `state[]=${state}&code=abc`,
    '__proto__=1&code=abc',
  ];
  for (const query of wrong) await expectRefusal(await browser.get(`/oauth/procore/callback?${query}`), 400);
  expect(await contentsOf(apiOf().store.admin)).toEqual(before);
  expect(apiOf().runs.told).toEqual([]);
});

test('afterwards nothing was stored, nobody was told, and the person still comes back', async () => {
  expect(await contentsOf(apiOf().store.admin)).toEqual(before);
  expect(apiOf().runs.told).toEqual([]);
  expect((await browser.get(`/oauth/procore/callback?code=abc&state=${state}`)).status).toBe(303);
});
