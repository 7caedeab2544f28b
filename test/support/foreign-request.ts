import { randomUUID } from 'node:crypto';
import type { ApiAnswer, TestApi } from './api.ts';
import type { Operation } from './api-document.ts';
import { sampleOf } from './api-samples.ts';
import type { World } from './api-world.ts';
import { contentsOf } from './contents.ts';

/** Whether a request of this operation names something by an id, in its path or as a parameter it must have. */
export const namesSomething = ({ parameters }: Operation): boolean =>
  parameters.some((parameter) => parameter.required && parameter.in !== 'header');

/** The owner's own request, with the owner's ids in every optional parameter that takes one. */
function requestOf(operation: Operation, world: World): { readonly path: string; readonly body: unknown } {
  const { path, body } = sampleOf(operation, world);
  const ids: Readonly<Record<string, string>> = { connectionId: world.connectionId, projectLinkId: world.projectLinkId };
  const optional = operation.parameters.filter((parameter) => parameter.in === 'query' && parameter.schema.format === 'uuid');
  const query = optional.flatMap(({ name }) => (ids[name] === undefined ? [] : [`${name}=${ids[name]}`]));
  return { path: query.length === 0 || path.includes('?') ? path : `${path}?${query.join('&')}`, body };
}

const idsOf = ({ key: _, ...ids }: World): readonly string[] => Object.values(ids);

/** The same ids, of nothing at all. */
const nowhere = (): World => {
  const id = randomUUID;
  return {
    tenantId: id(),
    key: '',
    connectionId: id(),
    peopleConnectionId: id(),
    projectLinkId: id(),
    attentionItemId: id(),
    signInId: id(),
    invitationId: id(),
    memberId: id(),
    consentId: id(),
    workflowId: id(),
  };
};

/**
 * Sends an operation for the owner's things with another tenant's key. Answers every way in which it was more than a request for
 * what does not exist: none, where tenants are kept apart.
 */
export async function breachesBy(
  api: TestApi,
  operation: Operation,
  tenants: { readonly owner: World; readonly otherKey: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { owner, otherKey } = tenants;
  const send = (world: World): Promise<ApiAnswer> =>
    api.call(operation.method, requestOf(operation, world).path, {
      key: otherKey,
      headers,
      body: requestOf(operation, world).body,
    });
  const named = namesSomething(operation);
  const look = () => contentsOf(api.store.admin, named ? undefined : owner.tenantId);
  const [before, told] = [await look(), api.runs.told.length];
  const answer = await send(owner);
  const after = await look();
  const news = api.runs.told.slice(told).filter(({ workflowId }) => named || workflowId.includes(owner.tenantId));
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  const seen = idsOf(owner).filter((id) => answer.text.includes(id));
  return [
    ...(named && answer.status !== 404 ? [`answered ${answer.status}`] : []),
    ...(named && !isSame(answer, await send(nowhere())) ? ['answered otherwise than for what does not exist'] : []),
    ...(answer.headers.has('idempotency-replayed') ? ['answered with the answer of another'] : []),
    ...seen.map((id) => `showed ${id}`),
    ...changed.map((table) => `changed ${table}`),
    ...news.map(({ name, workflowId }) => `told ${name} to ${workflowId}`),
  ];
}

const isSame = (one: ApiAnswer, other: ApiAnswer): boolean =>
  JSON.stringify({ ...Object(one.body), requestId: '' }) === JSON.stringify({ ...Object(other.body), requestId: '' });
