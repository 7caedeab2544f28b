import { coverage } from '../../shared/domain/projects.ts';
import { addToProjects, mostAtOnce, replaceTemplate } from '../../shared/procore/operations/project-members.ts';
import { listProjects } from '../../shared/procore/operations/projects.ts';
import { askTaskAgain, type StoredTask } from '../../shared/store/connections/set-ups.ts';
import { noteAdding } from '../../shared/store/projects/project-lists.ts';
import { done, inScene, refuse, type SetUpScene, sendOnce } from './scene.ts';

/**
 * Adds the sync user to the chosen projects, up to a thousand per call. Procore leaves existing members unchanged, so the whole
 * choice is sent; on a repeat, projects the user is on by now are left out. Waits until something is chosen.
 */
export async function addToChosen(scene: SetUpScene, row: StoredTask, templateId: string | undefined): Promise<void> {
  const { adminProjects: list, connection } = scene.opened.context;
  const { projectChoice: choice } = connection;
  if (choice === null || list === null) return;
  const covers = coverage(choice, list);
  const on = row.attempts > 0 ? await ownProjects(scene) : new Set<string>();
  const wanted = list.projects.flatMap(({ id, active }) => (active && covers(id) && !on.has(id) ? [id] : []));
  let complete = true;
  for (let from = 0; from < wanted.length; from += mostAtOnce) {
    const some = wanted.slice(from, from + mostAtOnce);
    const sent = await sendOnce(scene, [row], 'absolute', (mayStillSend) =>
      addToProjects(scene.person, scene.user.id, some, templateId, mayStillSend),
    );
    if (!sent) return;
    complete &&= sent.answer;
    if (from + mostAtOnce < wanted.length) await inScene(scene, (db) => askTaskAgain(db, scene.claim, row.task));
  }
  if (wanted.length > 0) await inScene(scene, (db) => noteAdding(db, connection.connectionId));
  if (complete) await done(scene, row, `Procore adds the sync user to the chosen projects (${wanted.length} asked for).`);
  else await refuse(scene, row, 'Procore could not add the sync user to all of the chosen projects.');
}

async function ownProjects({ opened }: SetUpScene): Promise<ReadonlySet<string>> {
  return new Set((await listProjects(await opened.context.boundService(), 'active')).map(({ id }) => id));
}

/** Gives the sync user the new template on the projects where a check has just proven that the old one gives too little. */
export async function replaceOld(
  scene: SetUpScene,
  row: StoredTask,
  projectIds: readonly string[],
  templateId: string | undefined,
): Promise<void> {
  if (templateId === undefined) return refuse(scene, row, 'There is no template of the guide’s name to give.');
  for (const projectId of projectIds) {
    const member = { userId: scene.user.id, templateId };
    const send = (mayStillSend: () => boolean): Promise<string> => replaceTemplate(scene.person, projectId, member, mayStillSend);
    const sent = await sendOnce(scene, [row], 'absolute', send);
    if (!sent) return;
    if (sent.answer !== templateId) return refuse(scene, row, 'Procore took the change, but does not show it.');
    await inScene(scene, (db) => askTaskAgain(db, scene.claim, row.task));
  }
  await done(
    scene,
    row,
    `Its template was replaced on ${projectIds.length} ${projectIds.length === 1 ? 'project' : 'projects'}.`,
  );
}
