import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { showCauses } from '../../shared/store/attention.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { askOnce, askOnceMore } from '../../shared/store/people/asking.ts';
import { endRequestLink } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { noteAuthorized, storeTeam } from '../../shared/store/people/team.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { testEpoch, testLinkKey } from '../support/api.ts';
import { useStatusGround } from '../support/status-ground.ts';

const { worldNow, linkNow, inTenant, status, sql } = useStatusGround();

const using = { links: invitationLinks(testLinkKey), restoreEpoch: testEpoch };
const memberOf = (memberId: string, name: string, returns = true) => {
  const email = `${memberId}@x.example`;
  return { memberId, name, email, emailKey: email, returns };
};
const stepWaits = (db: Db, connectionId: string) =>
  storeOutcome(db, {
    connectionId,
    stepId: 'authorizeResponders',
    outcome: { state: 'waiting', on: 'responder', seen: '0 of 2', needed: 'Each of them authorizes.', where: 'Mail' },
    doneBy: 'system',
    by: 'onboarding',
  });

test('whoever returns documents and has not authorized is a line of their own; who has, or has left, is none', async () => {
  const { peopleConnectionId: connectionId, tenantId } = worldNow();
  await inTenant(async (db) => {
    await storeTeam(db, tenantId, connectionId, [memberOf('m-4', 'Left')]);
    await storeTeam(db, tenantId, connectionId, [memberOf('m-1', 'Ria'), memberOf('m-2', 'Sam'), memberOf('m-3', 'Pia', false)]);
    await askOnce(db, using, { tenantId, emailKey: 'm-1@x.example' }, 'asked');
    await stepWaits(db, connectionId);
  });
  await sql(
    `INSERT INTO member_account (tenant_id, email_key, grant_id) SELECT $1, 'm-2@x.example', grant_id FROM person_grant WHERE tenant_id = $1 LIMIT 1`,
    [tenantId],
  );
  const { rows } = await sql(
    `SELECT asked_at, expires_at FROM authorization_request WHERE tenant_id = $1 AND subject = 'member:m-1@x.example'`,
    [tenantId],
  );
  const [asked] = rows;
  const ofResponders = async () => (await status()).waits.filter(({ owner }: { owner: string }) => owner === 'responder');
  expect(await ofResponders()).toMatchObject([
    {
      side: 'partner',
      who: 'Ria',
      what: 'Ria authorizes their own Procore account.',
      since: asked.asked_at.toISOString(),
      until: asked.expires_at.toISOString(),
    },
  ]);
  await inTenant((db) => endRequestLink(db, memberSubject('m-1@x.example')));
  expect(await ofResponders()).toMatchObject([{ who: 'Ria', until: null }]);
  await sql("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", [tenantId]);
  expect((await ofResponders()).map(({ who, what }: { who: string; what: string }) => [who, what]).sort()).toEqual([
    ['Ria', 'Ria authorizes their own Procore account.'],
    ['Sam', 'Sam signs in to Procore again.'],
  ]);
});

test('who is waited for again is waited for since then: since the lapse, the revocation, or the new asking, and never since the first', async () => {
  const { peopleConnectionId: connectionId, tenantId } = worldNow();
  const emailKey = 'm-2@x.example';
  const grantId = randomUUID();
  await inTenant(async (db) => {
    await storeTeam(db, tenantId, connectionId, [memberOf('m-2', 'Sam')]);
    await askOnce(db, using, { tenantId, emailKey }, 'asked');
    const person = { tenantId, procoreUserId: '102', procoreLogin: emailKey, procoreName: 'Sam' };
    const moments = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 600_000) };
    await beginGrant(db, person, { grantId, sealedPair: Buffer.from('sealed'), signInId: randomUUID(), ...moments });
    await noteAuthorized(db, tenantId, emailKey, grantId);
    await stepWaits(db, connectionId);
  });
  const firstAsked = '2026-01-01T00:00:00.000Z';
  await sql(
    `UPDATE authorization_request SET state = 'answered', asked_at = $2, ended_at = $2 WHERE tenant_id = $1 AND connection_id IS NULL`,
    [tenantId, firstAsked],
  );
  await sql('UPDATE step SET since = $2 WHERE connection_id = $1', [connectionId, firstAsked]);
  const wait = async () =>
    (await status()).waits.find(({ about }: { about: { id: string } }) => about.id === 'authorizeResponders:m-2');
  expect(await wait()).toBeUndefined();

  const lapsedAt = '2026-02-02T00:00:00.000Z';
  await sql("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [grantId]);
  await sql("INSERT INTO grant_event (tenant_id, grant_id, version, kind, at) VALUES ($1, $2, 1, 'lapsed', $3)", [
    tenantId,
    grantId,
    lapsedAt,
  ]);
  expect(await wait()).toMatchObject({ owner: 'responder', who: 'Sam', since: lapsedAt });

  const revokedAt = '2026-03-03T00:00:00.000Z';
  await sql("UPDATE person_grant SET state = 'revoked', sealed_pair = NULL, revoked_at = $2 WHERE grant_id = $1", [
    grantId,
    revokedAt,
  ]);
  expect(await wait()).toMatchObject({
    side: 'partner',
    owner: 'admin',
    who: null,
    what: 'Whoever manages the project asks Sam again, or Sam authorizes again on the page of their account.',
    since: revokedAt,
    until: null,
  });
  // an answer of theirs waits as well: that is one wait for one thing
  const place = { tenantId, connectionId, projectLinkId: linkNow(), stream: 'rfi-replies' };
  const waiting = {
    reason: 'person-lacks-access',
    owner: 'admin',
    seen: 'It waits.',
    needed: 'Ask Sam.',
    where: 'Page',
  } as const;
  await inTenant((db) => showCauses(db, place, [{ ...waiting, subject: 'person:m-2', records: 1 }]));
  const told = await status();
  const all: readonly { readonly what: string }[] = [...told.waits, ...told.projects.flatMap(({ waits }: typeof told) => waits)];
  expect(all.filter(({ what }) => what.includes('Sam'))).toHaveLength(1);
  await inTenant((db) => showCauses(db, place, []));

  await inTenant((db) => askOnceMore(db, using, { tenantId, emailKey }, 'asked'));
  const askedAt = '2026-04-04T00:00:00.000Z';
  await sql('UPDATE authorization_request SET asked_at = $2 WHERE tenant_id = $1 AND connection_id IS NULL', [tenantId, askedAt]);
  expect(await wait()).toMatchObject({ owner: 'responder', who: 'Sam', since: askedAt, until: expect.any(String) });
});
