import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { closeBox, openBox } from '../../shared/security/boxing.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { composeOf, fileAt, readComposeText } from './compose.ts';
import { makeSecrets } from './secrets.ts';

const { folder, said } = makeSecrets();
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const names = (): string[] => readdirSync(folder).filter((name) => name !== 'offline');

test('every secret that the deployment names is made, and nothing is that it does not name', () => {
  const declared = Object.values(composeOf(readComposeText(fileAt('docker-compose.yml'))).secrets).map(({ file }) =>
    path.basename(file),
  );
  expect(names().sort()).toEqual(declared.sort());
});

test('nobody but its owner and the group of the containers reads a secret; what signs stays apart', () => {
  for (const name of names()) expect([name, (statSync(path.join(folder, name)).mode & 0o777).toString(8)]).toEqual([name, '640']);
  expect((statSync(path.join(folder, 'offline')).mode & 0o777).toString(8)).toBe('700');
  expect(readdirSync(path.join(folder, 'offline')).sort()).toEqual(['internal_ca_key.pem', 'token_key.pem']);
});

test('no value is printed; what others must give is asked for', () => {
  for (const name of names().filter((each) => read(each) !== '')) expect(said).not.toContain(read(name));
  expect(said).toMatch(/still to fill in: .*procore_client_secret\n.*oidc_client_secret/);
});

test('what the API seals with the public half, the worker opens with the private one', async () => {
  const place = { tenantId: 'tenant', rowId: 'row', purpose: 'test' };
  const box = await closeBox(read('sealing_public_key'), place, secretOf('a secret'));
  expect(revealSecret(await openBox(read('sealing_private_key'), place, box))).toBe('a secret');
});

test('each certificate is of our authority, for its host, and not for longer than 13 months', () => {
  const authority = new X509Certificate(read('internal_ca.pem'));
  expect(authority.ca).toBe(true);
  for (const name of ['postgres', 'temporal', 'jwks', 'api', 'worker', 'temporal_ui', 'operator']) {
    const certificate = new X509Certificate(read(`${name}_cert.pem`));
    expect([name, certificate.verify(authority.publicKey), certificate.ca]).toEqual([name, true, false]);
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThan(400 * 86_400_000);
  }
  for (const host of ['postgres', 'temporal', 'jwks'])
    expect(new X509Certificate(read(`${host}_cert.pem`)).checkHost(host)).toBe(host);
  expect(new X509Certificate(read('worker_cert.pem')).checkHost('temporal')).toBeUndefined();
});

test('each token is known by the published key, and allows what its process does', async () => {
  const published = JSON.parse(read('jwks.json')) as JSONWebKeySet; // made by our own script
  expect(JSON.stringify(published)).not.toMatch(/"(d|p|q)":/);
  const claimsOf = async (name: string) => (await jwtVerify(read(name), createLocalJWKSet(published))).payload;
  expect(await claimsOf('temporal_token_api')).toMatchObject({ permissions: ['groundwork:write', 'temporal-system:read'] });
  expect(await claimsOf('temporal_token_worker')).toMatchObject({ permissions: ['groundwork:write', 'temporal-system:read'] });
  expect(await claimsOf('temporal_token_operator')).toMatchObject({ permissions: ['groundwork:admin', 'temporal-system:admin'] });
  expect(decodeProtectedHeader(read('temporal_token_api')).kid).toBe(published.keys[0]?.kid);
});

test('run again it changes nothing; what was deleted is made anew, and what was filled in stays', () => {
  writeFileSync(path.join(folder, 'procore_client_secret'), 'given by Procore');
  const before = Object.fromEntries(names().map((name) => [name, read(name)]));
  makeSecrets(folder);
  expect(Object.fromEntries(names().map((name) => [name, read(name)]))).toEqual(before);
  for (const name of ['api_cert.pem', 'codec_key']) rmSync(path.join(folder, name));
  makeSecrets(folder);
  const after = names().filter((name) => read(name) !== before[name]);
  expect(after.sort()).toEqual(['api_cert.pem', 'api_key.pem', 'codec_key']);
  expect(new X509Certificate(read('api_cert.pem')).verify(new X509Certificate(read('internal_ca.pem')).publicKey)).toBe(true);
});
