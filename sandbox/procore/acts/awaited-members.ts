import { mintId, type World } from '../../kernel/world.ts';
import type { Actor } from '../actor.ts';
import { Refusal } from '../refusal.ts';
import { addToProject, checkMember, type MemberToAdd } from './memberships.ts';

/** Lets a login join a project so many milliseconds later by the sandbox's clock; 422 at once where it cannot. */
export function joinLater(world: World, actor: Actor, member: MemberToAdd, afterMs: number): void {
  checkMember(world, member);
  const { project, personId, templateId = null } = member;
  world.awaitedMembers.put({
    id: mintId(world, project.companyId),
    projectId: project.id,
    personId,
    templateId,
    dueAtMs: world.clock.nowMs() + afterMs,
    askedBy: actor,
  });
}

/** Time passes: whoever is due by now joins. To be called before the world is looked at. */
export function settleAwaitedMembers(world: World): void {
  if (world.awaitedMembers.size === 0) return;
  const nowMs = world.clock.nowMs();
  const due = world.awaitedMembers.filter(({ dueAtMs }) => dueAtMs <= nowMs).sort((a, b) => a.dueAtMs - b.dueAtMs);
  for (const { id, projectId, personId, templateId, askedBy } of due) {
    world.awaitedMembers.delete(id);
    const project = world.projects.get(projectId);
    if (project) joinIfPossible(world, askedBy, { project, personId, templateId });
  }
}

/** What has become impossible meanwhile (a user who left, a template that is gone) is dropped, as nobody waits for an answer. */
function joinIfPossible(world: World, actor: Actor, member: MemberToAdd): void {
  try {
    addToProject(world, actor, member);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
}
