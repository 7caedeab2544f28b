import { describe, expect, test } from '@jest/globals';
import { useTestApi } from '../support/api.ts';

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

describe('behind a proxy that is trusted', () => {
  const apiOf = useTestApi({ trustedProxy: '127.0.0.1', maxPerAddress: 2 });

  test('who asks is whom the proxy names: one who asks too much does not silence another', async () => {
    const ask = async (address: string) => (await apiOf().call('get', '/healthz', from(address))).status;
    expect([await ask('203.0.113.1'), await ask('203.0.113.1'), await ask('203.0.113.1')]).toEqual([200, 200, 429]);
    expect(await ask('203.0.113.2')).toBe(200);
  });

  test('an address that the client claims itself is not the one that the proxy adds', async () => {
    const ask = async (claimed: number) =>
      (await apiOf().call('get', '/healthz', from(`198.51.100.${claimed}, 203.0.113.9`))).status;
    expect([await ask(1), await ask(2), await ask(3)]).toEqual([200, 200, 429]);
  });
});

describe('where no proxy is trusted', () => {
  const apiOf = useTestApi({ maxPerAddress: 2 });

  test('nobody is believed about who asks', async () => {
    const ask = async (address: string) => (await apiOf().call('get', '/healthz', from(address))).status;
    expect([await ask('203.0.113.1'), await ask('203.0.113.2'), await ask('203.0.113.3')]).toEqual([200, 200, 429]);
  });
});
