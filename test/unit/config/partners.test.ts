import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readEnvironments } from '../../../shared/config/environment.ts';
import { partnerOriginsEnvironment, partnerSupportEnvironment, supportOf } from '../../../shared/config/partners.ts';
import { partnerNames } from '../../../shared/domain/partners.ts';
import { declarations } from '../../../shared/partners/registry.ts';

const own = z.object({ RESTORE_EPOCH: z.string().min(1) });
const declared = partnerNames.flatMap((name) => declarations[name].originSettings);

test('every origin that a partner declares is a setting of the worker, an address without a slash at its end', () => {
  const given = Object.fromEntries(declared.map((name) => [name, 'https://far.example/{region}/']));
  const [, origins] = readEnvironments(own, partnerOriginsEnvironment, { ...given, RESTORE_EPOCH: '1' });
  expect(declared.length).toBeGreaterThan(0);
  expect(origins).toEqual(Object.fromEntries(declared.map((name) => [name, 'https://far.example/{region}'])));
});

test('what is wrong with the product’s settings and with a partner’s is told at once', () => {
  const [first = '', ...others] = declared;
  const read = () => readEnvironments(own, partnerOriginsEnvironment, { [first]: 'ftp://secret.example' });
  for (const name of ['RESTORE_EPOCH', first, ...others]) expect(read).toThrow(`  ${name}: `);
  expect(read).not.toThrow('secret.example');
});

test.each(partnerNames)('whom people of %s ask is what its folder declares, until an installation sets another', (name) => {
  const setting = `${name.toUpperCase()}_SUPPORT_CONTACT`;
  const supportIn = (environment: Readonly<Record<string, string>>) =>
    supportOf(name, readEnvironments(own, partnerSupportEnvironment, { RESTORE_EPOCH: '1', ...environment })[1]);
  expect(supportIn({})).toEqual(declarations[name].support);
  expect(supportIn({ [setting]: 'help@builder.example' })).toEqual({
    contact: 'help@builder.example',
    hours: declarations[name].support.hours,
  });
  expect(() => supportIn({ [setting]: 'call us' })).toThrow(setting);
});
