import { createHash } from 'node:crypto';
import { addMember, addTemplate } from '../../sandbox/kernel/directory.ts';
import { everyTool, projectTools } from '../../sandbox/kernel/levels.ts';
import type { Call } from '../../sandbox/procore/call.ts';
import { type Ground, openGround, type Reply, type SmallWorld, smallWorld } from './procore-ground.ts';

export const mebibyte = 1024 * 1024;
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that differ along their way. */
export const bytesOf = (size: number): Buffer => createHash('shake256', { outputLength: size }).update('a file').digest();

/** A small world with its storage, in which Ben is a member of the project, and his token and Cleo's. */
export async function fileGround(machineMs?: () => number) {
  const small = smallWorld(machineMs);
  const { world, company, project, people } = small;
  const levels = everyTool(projectTools, 'Standard');
  const template = addTemplate(world, { companyId: company.id, name: 'Everyone', type: 'global', levels });
  addMember(world, { projectId: project.id, personId: people.ben.id, templateId: template.id });
  const ground = await openGround(small);
  const [ben, cleo] = [await ground.personToken(people.ben.id), await ground.personToken(people.cleo.id)];
  const uploads = `/rest/v1.1/projects/${project.id}/uploads`;
  return { small, world, ground, ben, cleo, uploads, close: ground.close };
}

/** Announces these parts and hands out what Procore answers. */
export function announce(ground: Ground, uploads: string, token: string, parts: readonly Uint8Array[]): Promise<Reply> {
  const segments = parts.map((part) => ({ size: part.length, sha256: sha256Of(part) }));
  const body = { response_filename: 'plan.pdf', response_content_type: 'application/pdf', segments };
  return ground.call('POST', uploads, { token, body });
}

/** Sends one part to its address, with the headers that came along. */
export function putPart(announced: Reply, index: number, part: Uint8Array, more: Record<string, string> = {}): Promise<Response> {
  const headers = Object(announced.at(`segments.${index}.headers`));
  return fetch(announced.word(`segments.${index}.url`), {
    method: 'PUT',
    body: new Uint8Array(part),
    headers: { ...headers, ...more },
  });
}

/** A file of Ben's whole way; its uuid. */
export async function uploaded(ground: Ground, uploads: string, token: string, parts: readonly Uint8Array[]): Promise<string> {
  const announced = await announce(ground, uploads, token, parts);
  const segments: { etag: string }[] = [];
  for (const [index, part] of parts.entries())
    segments.push({ etag: (await putPart(announced, index, part)).headers.get('etag') ?? '' });
  await ground.call('PATCH', `${uploads}/${announced.word('uuid')}`, { token, body: { segments } });
  return announced.word('uuid');
}

/** A call as the routes of records see it, by which they take uploads. */
export function callBy({ world, company, project, ours }: SmallWorld, personId: string, origin: string): Call {
  const person = world.people.get(personId);
  const token = world.tokens.find((one) => one.personId === personId);
  if (!person || !token) throw new Error('nobody signed in as that person');
  return {
    world,
    version: '1.0',
    method: 'POST',
    path: '',
    origin,
    params: { project_id: project.id },
    query: new URLSearchParams(),
    body: {},
    app: ours,
    token,
    person,
    company,
    actor: { personId, clientId: ours.clientId, seq: null },
  };
}
