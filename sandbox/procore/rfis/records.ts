import type { CommitAction } from '../../kernel/ledger.ts';
import type { Id, Project } from '../../kernel/model.ts';
import type { Rfi, RfiReply } from '../../kernel/model-rfis.ts';
import { mintId, type World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';

/** Puts an RFI and tells the ledger. The time of its last change moves, unless the row is to keep it. */
export function saveRfi(world: World, actor: Actor, action: 'create' | 'update', row: Rfi): Rfi {
  const saved = world.rfis.put(row);
  record(world, actor, 'rfis', action, saved);
  return saved;
}

export const touched = (world: World, row: Rfi): Rfi => ({ ...row, updatedAt: world.clock.instant() });

export function saveReply(world: World, actor: Actor, action: 'create' | 'update', row: RfiReply): RfiReply {
  const saved = world.rfiReplies.put(row);
  record(world, actor, 'rfi-replies', action, saved);
  return saved;
}

export function dropReply(world: World, actor: Actor, row: RfiReply): void {
  world.rfiReplies.delete(row.id);
  record(world, actor, 'rfi-replies', 'delete', row);
}

function record(world: World, actor: Actor, resource: string, action: CommitAction, row: Rfi | RfiReply): void {
  const { id, companyId, projectId } = row;
  commit(world, actor, { resource, id, action, companyId, projectId, row });
}

/** The answers to an RFI, oldest first. */
export const repliesTo = (world: World, { id }: Pick<Rfi, 'id'>): RfiReply[] =>
  world.rfiReplies.filter(({ rfiId }) => rfiId === id).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));

/** An id for an RFI, a question or a reply: of the sequence `rfis` where the seed made one, else of the company. */
export const mintRfiId = (world: World, companyId: Id): Id =>
  mintId(world, world.sequences.get('rfis') === undefined ? companyId : 'rfis');

/** The next free whole number of a project, recycled RFIs counted. */
export function nextNumber(world: World, project: Project): string {
  const numbers = world.rfis
    .filter(({ projectId, number }) => projectId === project.id && number !== null && /^\d{1,15}$/.test(number))
    .map(({ number }) => Number(number));
  return String(Math.max(0, ...numbers) + 1);
}

export function projectOf(world: World, { projectId }: Pick<Rfi, 'projectId'>): Project {
  const project = world.projects.get(projectId);
  if (!project) throw new Error(`an RFI names a project that does not exist: ${projectId}`);
  return project;
}
