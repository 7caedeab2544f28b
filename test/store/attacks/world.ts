import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DeliveryPayload } from '../../../shared/domain/deliveries.ts';
import type { Fence } from '../../../shared/store/records/checkpoints.ts';
import type { TestStore } from '../../support/store.ts';
import { invitationRows, mailRows } from './invitation-rows.ts';
import { grantRows, peopleRows } from './people-rows.ts';
import { readingRows } from './reading-rows.ts';
import { requestRows } from './request-rows.ts';
import { signInRows } from './sign-in-rows.ts';

export const hash = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();

/** Ids and bearers as somebody would send them who had learned them; of a tenant's things, or of nothing at all. */
export function newIds(tenantId: string = randomUUID()) {
  const mark = randomBytes(8).toString('hex');
  const [connectionId, projectLinkId] = [randomUUID(), randomUUID()];
  const apiKeyId = randomUUID();
  return {
    mark,
    tenantId,
    connectionId,
    projectLinkId,
    apiKeyId,
    actorId: `api-key:${apiKeyId}`,
    credentialId: randomUUID(),
    proposalId: randomUUID(),
    commandId: randomUUID(),
    itemId: randomUUID(),
    setUpAttemptId: randomUUID(),
    grantAttemptId: randomUUID(),
    leftoverId: randomUUID(),
    consentId: randomUUID(),
    formerConnectionId: randomUUID(),
    takingConnectionId: randomUUID(),
    formerLinkId: randomUUID(),
    grants: { live: randomUUID(), refreshing: randomUUID(), lapsed: randomUUID() },
    dryRunId: randomUUID(),
    linkDryRunId: randomUUID(),
    workflowId: `sync:${tenantId}:${projectLinkId}`,
    endedWorkflowId: `care:${tenantId}:${connectionId}`,
    companyId: `company-${mark}`,
    procoreProjectId: `project-${mark}`,
    deliveries: {
      queued: randomUUID(),
      held: randomUUID(),
      sending: randomUUID(),
      unknown: randomUUID(),
      refused: randomUUID(),
      unclear: randomUUID(),
      done: randomUUID(),
    },
    signIns: {
      offered: randomUUID(),
      started: randomUUID(),
      returned: randomUUID(),
      spent: randomUUID(),
      unknown: randomUUID(),
      nameless: randomUUID(),
      exchanged: randomUUID(),
      confirmed: randomUUID(),
      refused: randomUUID(),
      overdue: randomUUID(),
      authorized: randomUUID(),
    },
    invitations: {
      created: randomUUID(),
      sent: randomUUID(),
      opened: randomUUID(),
      overdue: randomUUID(),
      ended: randomUUID(),
      ofTaking: randomUUID(),
    },
    requests: { created: randomUUID(), sent: randomUUID(), overdue: randomUUID() },
    mails: { queued: randomUUID(), sending: randomUUID(), old: randomUUID() },
    mailAttemptId: randomUUID(),
    sessionHash: { started: hash(), exchanged: hash() },
    stateHash: hash(),
    keyHash: hash(),
    requestHash: hash(),
    sealed: randomBytes(24),
  };
}
export type Ids = ReturnType<typeof newIds>;
export type DeliveryWord = keyof Ids['deliveries'];

export const stream = 'manpower';
export const naturalKey = (ids: Ids, word: DeliveryWord): string => `${word}-${ids.mark}`;
export const groupKey = (ids: Ids): string => `group-${ids.mark}`;
/** A project whose stream is owned still, though no link of it is left. */
export const unlinkedProject = (ids: Ids): string => `unlinked-${ids.mark}`;
export const searchKey = (ids: Ids): string => `search-${ids.mark}`;

export const payloadOf = (ids: Ids, word: DeliveryWord): DeliveryPayload => ({
  naturalKey: naturalKey(ids, word),
  searchKey: searchKey(ids),
  fields: { secret: ids.mark },
  address: {},
  empty: false,
  hash: `hash-${ids.mark}`,
});

/** The fence that the owner's own worker holds. */
export const fenceOf = ({ tenantId, projectLinkId }: Ids): Fence => ({
  tenantId,
  projectLinkId,
  stream,
  generation: 1,
  epoch: '1',
});

/** A tenant with rows in every table, in every state that a function of the store acts on; answers its ids. */
export async function newStoreWorld(store: TestStore): Promise<Ids> {
  const ids = newIds(await store.newTenant());
  for (const { table, ...row } of rowsOf(ids)) {
    const columns = Object.keys(row);
    const values = Object.values(row).map((value) => (isPlainObject(value) ? JSON.stringify(value) : value));
    const places = columns.map((_, at) => `$${at + 1}`);
    await store.admin.query(`INSERT INTO ${table} (tenant_id, ${columns}) VALUES ('${ids.tenantId}', ${places})`, values);
  }
  return ids;
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !(value instanceof Date) && !isTexts(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');

const dayMs = 86_400_000;
export const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

export type Row = { readonly table: string } & Readonly<Record<string, unknown>>;

function rowsOf(ids: Ids): readonly Row[] {
  const { mark, connectionId: connection_id, projectLinkId: project_link_id } = ids;
  const ofStream = { project_link_id, stream };
  return [
    { table: 'api_key', api_key_id: ids.apiKeyId, secret_hash: hash(), scope: 'admin', label: mark, last_four: 'abcd' },
    { table: 'actor', actor_id: ids.actorId, kind: 'api-key', display_name: mark },
    {
      table: 'connection',
      connection_id,
      partner: 'hammertech',
      scope: 'company',
      claimed_company_id: ids.companyId,
      company_name: mark,
      modules: `{${stream},rfis}`,
      project_choice: { existing: 'all', chosen: [], future: true },
      project_chosen_at: inDays(0),
    },
    ...[
      { credential_id: ids.credentialId, state: 'in-force' },
      { credential_id: ids.proposalId, state: 'proposed' },
    ].map((row) => ({
      table: 'credential',
      connection_id,
      purpose: 'procore-service',
      kind: 'legacy',
      shown: { clientId: mark },
      last_four: 'abcd',
      sealed: ids.sealed,
      submitted_by: mark,
      ...row,
    })),
    ...signInRows(ids),
    ...grantRows(ids),
    ...peopleRows(ids),
    ...readingRows(ids),
    ...invitationRows(ids),
    ...requestRows(ids),
    ...mailRows(ids),
    ...Object.entries({ 'company-template': 'sending', 'project-template': 'unknown', projects: 'asked' }).map(
      ([task, state]) => ({
        table: 'set_up_task',
        connection_id,
        task,
        state,
        sign_in_id: ids.signIns.confirmed,
        asked_by: mark,
        attempt_id: ids.setUpAttemptId,
        lease_until: inDays(1),
      }),
    ),
    { table: 'admin_project_list', connection_id, captured_at: inDays(0), captured_by: mark, projects: JSON.stringify([]) },
    {
      table: 'project_level',
      connection_id,
      procore_project_id: ids.procoreProjectId,
      tools: JSON.stringify([{ tool: mark, level: 'Admin', listed: true, off: false }]),
      read_at: inDays(0),
    },
    ...['waits', 'other'].map((step_id, position) => ({
      table: 'step',
      connection_id,
      step_id,
      position,
      title: mark,
      owner: 'admin',
      state: 'waiting',
      evidence: { mark },
    })),
    ...[
      { command_id: ids.commandId, kind: 'pause', applied_at: null },
      { command_id: randomUUID(), kind: 'confirm', applied_at: inDays(0) },
    ].map((row) => ({
      table: 'command',
      connection_id,
      project_link_id,
      input: { mark },
      actor_id: mark,
      created_at: inDays(-1),
      ...row,
    })),
    {
      table: 'record_match',
      connection_id,
      kind: 'company',
      partner_id: mark,
      partner_name: mark,
      basis: 'none',
      score: 0,
      state: 'unmatched',
    },
    ...dryRunRows(ids),
    {
      table: 'project_link',
      project_link_id,
      connection_id,
      procore_project_id: ids.procoreProjectId,
      procore_project_name: mark,
      partner_project_id: mark,
      partner_project_name: mark,
      basis: 'name',
    },
    ...[
      { workflow_id: ids.workflowId, workflow_type: 'projectSync', subject_id: project_link_id, wanted: true },
      { workflow_id: ids.endedWorkflowId, workflow_type: 'care', subject_id: connection_id, wanted: false },
    ].map((row) => ({ table: 'desired_run', partner: 'hammertech', ...row })),
    { table: 'checkpoint', ...ofStream, cursor: { mark }, epoch: 1 },
    { table: 'checkpoint', project_link_id, stream: 'rfis', cursor: { mark }, epoch: 1 },
    ...[groupKey(ids), `old-${mark}`].map((group_key) => ({
      table: 'gathered_fact',
      ...ofStream,
      source_key: `of-${group_key}`,
      group_key,
      facts: { mark },
      gathered_at: inDays(-100),
    })),
    ...[inDays(0), inDays(-8)].map((asked_at, at) => ({
      table: 'kept_upload',
      ...ofStream,
      natural_key: groupKey(ids),
      file_key: at === 0 ? mark : `old-${mark}`,
      procore_user_id: mark,
      upload_id: mark,
      asked_at,
    })),
    { table: 'touched_group', ...ofStream, group_key: groupKey(ids), touched_at: new Date(touchedAt) },
    ...deliveryRows(ids),
    ...[
      { attention_item_id: ids.itemId, subject: `record:${mark}` },
      { attention_item_id: randomUUID(), subject: `stream:${stream}` },
      { attention_item_id: randomUUID(), subject: `stream:${stream}`, reason: 'credential-rejected' },
      { attention_item_id: randomUUID(), subject: 'renewals:held-back', reason: 'renewal-held-back' },
    ].map((row) => ({
      table: 'attention_item',
      connection_id,
      ...ofStream,
      reason: 'conflict',
      owner: 'admin',
      seen: mark,
      needed: mark,
      where_to: mark,
      ...row,
    })),
    ...['step:waits', 'acceptance:nobody'].map((subject) => ({
      table: 'attention_item',
      attention_item_id: randomUUID(),
      connection_id,
      reason: 'credential-rejected',
      owner: 'admin',
      subject,
      seen: mark,
      needed: mark,
      where_to: mark,
    })),
    ...[ids.procoreProjectId, unlinkedProject(ids)].map((procore_project_id) => ({
      table: 'stream_owner',
      environment: mark,
      procore_project_id,
      stream,
      author: mark,
    })),
    ...[
      { key_hash: ids.keyHash, request_hash: ids.requestHash, status: null, created_at: inDays(0), effects: { work: ids.mark } },
      { key_hash: hash(), request_hash: hash(), status: 200, created_at: inDays(-4) },
    ].map((row) => ({ table: 'idempotency_answer', restore_epoch: 'one', ...row })),
  ];
}

/** When the group was touched, as the store would write it. */
export const touchedAt = '2026-11-12T08:15:00.000Z';

function dryRunRows({ connectionId: connection_id, projectLinkId: project_link_id, mark, ...ids }: Ids): readonly Row[] {
  return [
    { dry_run_id: ids.dryRunId, ended_at: inDays(0) },
    { dry_run_id: ids.linkDryRunId, ended_at: inDays(-40), project_link_id, stream },
  ].flatMap((run) => {
    const part = { dry_run_id: run.dry_run_id, procore_project_id: ids.procoreProjectId, stream };
    const counts = { create: 1, update: 0, leaveAlone: 0, cannot: 0, held: 0 };
    return [
      { table: 'dry_run', connection_id, basis: mark, begun_at: inDays(-40), ...run },
      { table: 'dry_run_part', ...part, scope: 'project', project_name: mark, counts },
      { table: 'dry_run_record', ...part, natural_key: mark, label: mark, does: 'create', held: false, why: mark },
    ];
  });
}

function deliveryRows(ids: Ids): readonly Row[] {
  const { projectLinkId: project_link_id, mark } = ids;
  const fault = { kind: 'conflict', subject: `record:${mark}`, seen: mark, needed: mark, where: mark, targetId: mark };
  const more: Readonly<Record<DeliveryWord, object>> = {
    queued: { attempts: 5 },
    held: { state: 'queued', release: 'held' },
    sending: { attempt_id: randomUUID(), lease_until: inDays(-1), attempts: 5 },
    unknown: { attempt_id: randomUUID(), next_look_at: inDays(-1) },
    refused: { fault, settled_at: inDays(0), next_look_at: inDays(-1) },
    unclear: { state: 'refused', fault: { ...fault, kind: 'outcome-unknown' }, settled_at: inDays(0), candidates: [mark] },
    done: { next_look_at: inDays(-1), settled_at: inDays(0), target_id: mark, told: mark, telling_until: inDays(1) },
  };
  const words = Object.entries(more).map(([word, row]) => ({ word: word as DeliveryWord, row })); // Object.entries forgets the names
  const delivery = { table: 'delivery', project_link_id, stream, version: 1, action: 'create' };
  return [
    ...words.flatMap(({ word, row }) => [
      {
        table: 'record_link',
        project_link_id,
        stream,
        natural_key: naturalKey(ids, word),
        wanted_hash: mark,
        ...(word === 'done' ? { target_id: mark, written: { secret: mark }, written_at: inDays(0) } : {}),
      },
      {
        ...delivery,
        delivery_id: ids.deliveries[word],
        natural_key: naturalKey(ids, word),
        payload: payloadOf(ids, word),
        state: word,
        ...row,
      },
    ]),
    {
      ...delivery,
      delivery_id: randomUUID(),
      natural_key: naturalKey(ids, 'done'),
      version: 2,
      payload: payloadOf(ids, 'done'),
      state: 'superseded',
      fault,
      settled_at: inDays(-40),
      created_at: inDays(-40),
    },
  ];
}
