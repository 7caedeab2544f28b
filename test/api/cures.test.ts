import { beforeEach, expect, test } from '@jest/globals';
import { type FaultKind, faultTable } from '../../shared/domain/faults.ts';
import { showConnectionCauses } from '../../shared/store/attention.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
});

const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]) => withTenant(apiOf().store.pool, world.tenantId, work);
const get = async (path: string) => (await apiOf().call('get', path, { key: world.key })).body;

const words = {
  seen: 'Part3 does not accept this token.',
  needed: 'A token of your organisation that works.',
  where: 'At Part3: the settings of your organisation.',
};

const stick = (reason: FaultKind, needed: string) =>
  inTenant((db) =>
    storeOutcome(db, {
      connectionId: world.peopleConnectionId,
      stepId: 'verifyPartner',
      outcome: { state: 'stuck', reason, on: 'admin', ...words, needed },
      doneBy: 'system',
      by: 'care',
    }),
  );

const step = () => get(`/v1/connections/${world.peopleConnectionId}/steps/verifyPartner`);

test('what mends a stuck step is what its check said is needed, in the words of that partner', async () => {
  await stick('partner-credential-rejected', words.needed);
  expect(await step()).toMatchObject({ state: 'stuck', cure: words.needed, runbook: 'docs/runbook/steps.md' });
});

test('where nobody said what is needed, the kind of fault says it', async () => {
  await stick('partner-credential-rejected', '');
  expect(await step()).toMatchObject({ cure: faultTable['partner-credential-rejected'].cure });
});

test('the same of an item', async () => {
  const [place, reason] = [
    { tenantId: world.tenantId, connectionId: world.peopleConnectionId },
    'partner-scope-missing',
  ] as const;
  await inTenant((db) =>
    showConnectionCauses(db, { ...place, family: 'step' }, [
      { reason, subject: 'step:verifyPartner', ...words },
      { reason, subject: 'step:matchPeople', ...words, needed: '' },
    ]),
  );
  const { items } = Object(await get('/v1/attention-items?state=open'));
  const cures = new Map(items.map(({ subject, cure }: { subject: string; cure: string }) => [subject, cure]));
  expect(cures.get('step:verifyPartner')).toBe(words.needed);
  expect(cures.get('step:matchPeople')).toBe(faultTable[reason].cure);
  expect(items).toContainEqual(expect.objectContaining({ reason, runbook: 'docs/runbook/steps.md' }));
});
