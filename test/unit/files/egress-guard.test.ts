import type { LookupAddress } from 'node:dns';
import { afterEach, expect, test } from '@jest/globals';
import { createEgressGuard, EgressRefused, type EgressRules, type Resolve } from '../../../shared/http/egress-guard.ts';
import { downloadFrom } from '../../../shared/http/file-download.ts';
import { exchangeFile } from '../../../shared/http/file-exchange.ts';
import { isPublicAddress } from '../../../shared/http/public-address.ts';
import { type Answering, type FarSide, startFarSide } from '../../support/far-side.ts';
import { faultOf } from '../procore/fixture.ts';

const production: EgressRules = {
  bearerOrigins: ['https://api.procore.com'],
  bearerHosts: ['*.procore.com', 'files.example'],
  openOrigins: [],
};
const resolving =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const publicHost = resolving('52.95.110.1', '2600:1f18::1');

const opened: FarSide[] = [];
afterEach(async () => {
  for (const side of opened.splice(0)) await side.close();
});
async function farSide(answering: Answering): Promise<FarSide> {
  const side = await startFarSide(answering);
  opened.push(side);
  return side;
}

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:52.95.110.1',
  '::127.0.0.1',
  '::7f00:1',
  '4000::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2001:0:7f00::1',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  'not an address',
])('%s is no address of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['52.95.110.1', '8.8.8.8', '2600:1f18::1', '2a00:1450::1'])('%s is a public address', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  'https://127.1/file',
  'https://2130706433/file',
  'https://0x7f.1/file',
  'https://0177.0.0.1/file',
  'https://[::ffff:10.0.0.1]/file',
  'https://[64:ff9b::a9fe:a9fe]/latest/meta-data',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00:ec2::254]/latest/meta-data',
  'http://storage.example/file',
  'ftp://storage.example/file',
  'file:///etc/passwd',
  'https://storage.example:8443/file',
  'https://user:secret@storage.example/file',
  '//storage.example/file',
  '',
])('%s is not let through', async (address) => {
  await expect(createEgressGuard(production, publicHost).admit(address)).rejects.toThrow(EgressRefused);
});

test('a name is let through with the addresses it resolved to, and not where one of them is not public', async () => {
  const admitted = await createEgressGuard(production, publicHost).admit('https://storage.example/file');
  expect(admitted.addresses.map(({ address }) => address)).toEqual(['52.95.110.1', '2600:1f18::1']);
  const mixed = createEgressGuard(production, resolving('52.95.110.1', '10.0.0.1'));
  await expect(mixed.admit('https://storage.example/file')).rejects.toThrow('leads to no public host');
  await expect(createEgressGuard(production, resolving()).admit('https://storage.example/file')).rejects.toThrow(EgressRefused);
  const unknown = createEgressGuard(production, () => Promise.reject(new Error('ENOTFOUND')));
  await expect(unknown.admit('https://storage.example/file')).rejects.toThrow('not known');
});

test('the connection goes where the name led when it was let through, though it leads elsewhere by now', async () => {
  const good = await farSide((response) => response.end('good'));
  const { port } = new URL(good.origin);
  const answers: LookupAddress[][] = [[{ address: '127.0.0.1', family: 4 }], [{ address: '169.254.169.254', family: 4 }]];
  let asked = 0;
  const rebinding: Resolve = async () => answers[asked++] ?? [];
  const origin = `http://rebinding.invalid:${port}`;
  const guard = createEgressGuard({ ...production, openOrigins: [origin] }, rebinding);
  const to = await guard.admit(`${origin}/file`);
  const answer = await exchangeFile({ method: 'GET', to, idleMs: 2000 });
  answer.discard();
  expect([answer.status, asked, good.received[0]?.headers.host]).toEqual([200, 1, `rebinding.invalid:${port}`]);
});

test.each([
  'http://127.0.0.1/admin',
  'http://169.254.169.254/latest/meta-data',
  'https://[::ffff:7f00:1]/',
  'https://127.1/',
  'gopher://127.0.0.1/',
])('a redirect to %s is not followed', async (location) => {
  const side = await farSide((response) => response.writeHead(302, { location }).end());
  const guard = createEgressGuard({ ...production, openOrigins: [side.origin] });
  const access = { guard, idleMs: 2000, maxBytes: 100 };
  const fault = await faultOf(downloadFrom(access, `${side.origin}/file`));
  expect(fault.kind).toBe('file-unavailable');
  expect(fault.message).toContain('It is not fetched');
  expect(side.received).toHaveLength(1);
});

test('redirects are followed a few times, and no further', async () => {
  const side = await farSide((response, { path }) => {
    if (path === '/4') response.end('here');
    else response.writeHead(302, { location: path === '/loop' ? '/loop' : `/${Number(path.slice(1)) + 1}` }).end();
  });
  const access = { guard: createEgressGuard({ ...production, openOrigins: [side.origin] }), idleMs: 2000, maxBytes: 100 };
  const { stream } = await downloadFrom(access, `${side.origin}/1`);
  stream.destroy();
  expect((await faultOf(downloadFrom(access, `${side.origin}/loop`))).message).toContain('leads on and on');
  expect(side.received.filter(({ path }) => path === '/loop')).toHaveLength(5);
});

test.each([
  ['https://api.procore.com/a', true],
  ['https://storage.procore.com/a', true],
  ['https://files.example/a', true],
  ['https://procore.com/a', false],
  ['https://evilprocore.com/a', false],
  ['https://api.procore.com.evil.example/a', false],
  ['http://storage.procore.com/a', false],
  ['https://storage.procore.com:8443/a', false],
  ['https://bucket.s3.amazonaws.com/a', false],
])('a bearer may go to %s: %s', (address, may) => {
  expect(createEgressGuard(production).takesBearer(new URL(address))).toBe(may);
});
