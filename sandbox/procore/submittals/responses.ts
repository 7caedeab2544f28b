import type { Id, Project } from '../../kernel/model.ts';
import { type Considered, considerations, type SubmittalResponse } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { forbidden, invalid } from '../refusal.ts';
import { mintSubmittalId } from './ids.ts';
import { isSubmittalAdmin } from './sight.ts';

/** Names of the nine that every project starts with [sup]. */
const defaultNames: Record<Considered, string> = {
  approved: 'Approved',
  'approved as noted': 'Approved as Noted',
  'for record only': 'For Record Only',
  'forwarded for review': 'Forwarded for Review',
  pending: 'Pending',
  rejected: 'Rejected',
  'revise and resubmit': 'Revise and Resubmit',
  submitted: 'Submitted',
  void: 'Void',
};

/** The responses a project offers now: the nine of its beginning and its own. */
export function offeredResponses(world: World, project: Project): SubmittalResponse[] {
  return everOffered(world, project).filter(({ removed }) => !removed);
}

function everOffered(world: World, project: Project): SubmittalResponse[] {
  const known = world.submittalResponses.filter((row) => row.projectId === project.id);
  if (known.length > 0) return known;
  return considerations.map((considered) =>
    world.submittalResponses.put({
      id: mintSubmittalId(world),
      companyId: project.companyId,
      projectId: project.id,
      name: defaultNames[considered],
      considered,
      removed: false,
    }),
  );
}

/** What a response counts as, removed or not; undefined for none. */
export function consideredOf(world: World, responseId: Id | null): Considered | undefined {
  return responseId === null ? undefined : world.submittalResponses.get(responseId)?.considered;
}

/** Adds a response of the project's own. Admin only [inf]; 422 for a name that is offered already [unk]. */
export function addResponse(
  world: World,
  actor: Actor,
  project: Project,
  { name, considered }: Pick<SubmittalResponse, 'name' | 'considered'>,
): SubmittalResponse {
  if (!isSubmittalAdmin(world, actor.personId, project)) throw forbidden();
  if (offeredResponses(world, project).some((row) => row.name === name)) throw invalid('name', 'has already been taken');
  const { companyId, id: projectId } = project;
  const row = { id: mintSubmittalId(world), companyId, projectId, name, considered, removed: false };
  record(world, actor, 'create', world.submittalResponses.put(row));
  return row;
}

/** Takes a response off the list; answers given with it keep it. */
export function removeResponse(world: World, actor: Actor, project: Project, row: SubmittalResponse): void {
  if (!isSubmittalAdmin(world, actor.personId, project)) throw forbidden();
  record(world, actor, 'delete', world.submittalResponses.put({ ...row, removed: true }));
}

function record(world: World, actor: Actor, action: 'create' | 'delete', row: SubmittalResponse): void {
  const { id, companyId, projectId } = row;
  commit(world, actor, { resource: 'submittal-response-options', id, action, companyId, projectId, row });
}
