import { randomUUID } from 'node:crypto';
import { faultIn } from '../../shared/domain/faults.ts';
import { isOpen, type SetUpTask } from '../../shared/domain/set-up.ts';
import type { Step } from '../../shared/domain/steps.ts';
import { boundCompanyOf } from '../../shared/store/connections/companies.ts';
import {
  askTaskAgain,
  claimSetUp,
  listSetUp,
  needsSignIn,
  releaseSetUp,
  type StoredTask,
} from '../../shared/store/connections/set-ups.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { usableToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { OpenedCheck } from '../checks/context.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { giveTokenUp, personClient, type SignInRef } from '../sign-ins/tokens.ts';
import type { Surroundings } from '../surroundings.ts';
import { addToChosen, replaceOld } from './projects.ts';
import { giveRights, templateIds } from './rights.ts';
import { type ClaimedSetUp, ClaimLost, done, inScene, refuse, type SetUpScene } from './scene.ts';
import { makeTemplate, readTemplates, type TemplateLists } from './templates.ts';

/** What the check of the projects' levels has just found. */
export interface SeenLevels {
  /** Projects on which the sync user's level is too low; empty if it suffices on all. */
  readonly tooLowOn: readonly string[];
}

/**
 * Continues what the signed-in admin asked us to set up, as far as possible now, in their name. One worker at a time; a task that
 * may have been done is not repeated on a guess. Their sign-in ends with the last task. Transient faults are left to the step's
 * next look, and never keep it from being judged. Returns whether anything was tried.
 */
export async function setUpBefore(
  deps: ActivityDependencies,
  opened: OpenedCheck,
  { mendedBySetUp }: Step,
  seen?: SeenLevels,
): Promise<boolean> {
  if (!mendedBySetUp) return false;
  const { connection, context } = opened;
  const { tenantId, connectionId, partner } = connection;
  const company = boundCompanyOf(connection);
  const { serviceKind } = context;
  const { syncUserId, syncUserName } = connection;
  if (!company || serviceKind === null || syncUserId === null) return false;
  const recipe = deps.partners[partner].setUp?.(serviceKind);
  if (!recipe) return false;
  const rows = await withTenant(deps.pool, tenantId, (db) => listSetUp(db, connectionId));
  const [first] = rows.filter(({ state }) => isOpen(state));
  if (!first) return false;
  const claim = { connectionId, attemptId: randomUUID() };
  if (!(await withTenant(deps.pool, tenantId, (db) => claimSetUp(db, claim, deps.timings.claimLeaseMs)))) return false;
  const claimed = { deps, opened, claim, recipe, user: { id: syncUserId, name: syncUserName ?? 'the sync user' } };
  const signIn = { tenantId, signInId: first.signInId };
  const around = deps.surroundings();
  try {
    await work({ ...claimed, person: await personClient(deps, signIn, company, around) }, seen);
  } catch (error) {
    await afterTrouble(claimed, error);
  } finally {
    await withTenant(deps.pool, tenantId, (db) => releaseSetUp(db, claim));
  }
  await endSignIn(deps, signIn, around);
  return true;
}

async function afterTrouble(claimed: ClaimedSetUp, error: unknown): Promise<void> {
  const fault = faultIn(error);
  if (fault?.kind === 'grant-lapsed') await endAll(claimed);
  else if (fault) claimed.deps.log.info({ kind: fault.kind }, 'what is set up for an admin goes on with the next look');
  else if (!(error instanceof ClaimLost)) throw error;
}

/** Works on the tasks in the guide's order; each rests on those before it. */
async function work(scene: SetUpScene, seen: SeenLevels | undefined): Promise<void> {
  const { recipe } = scene;
  let lists: Promise<TemplateLists> | undefined;
  const listsOnce = (): Promise<TemplateLists> => {
    lists ??= readTemplates(scene);
    return lists;
  };
  const [company, project] = [await openTask(scene, 'company-template'), await openTask(scene, 'project-template')];
  if (company && recipe.companyTemplate) await makeTemplate(scene, company, 'company_tools', recipe.companyTemplate, listsOnce);
  if (project) await makeTemplate(scene, project, 'global', recipe.projectTemplate, listsOnce);
  if ((await openTask(scene, 'company-template')) || (await openTask(scene, 'project-template'))) return;
  // the lists read before lack what was made meanwhile
  lists = undefined;
  const rows = await askedAgain(scene);
  const of = (...tasks: readonly SetUpTask[]) => rows.filter(({ task, state }) => tasks.includes(task) && isOpen(state));
  if (rows.every(({ state }) => !isOpen(state))) return;
  const ids = await templateIds(scene, rows, listsOnce);
  const rights = of('user-templates', 'new-projects');
  if (rights.length > 0) await giveRights(scene, rights, ids);
  const [adding] = of('projects');
  if (adding) await addToChosen(scene, adding, ids.project);
  const [replacing] = of('old-templates');
  const tooLowOn = seen?.tooLowOn ?? ((await levelsSuffice(scene)) ? [] : undefined);
  if (!replacing || !tooLowOn) return;
  if (tooLowOn.length > 0) await replaceOld(scene, replacing, tooLowOn, ids.project);
  else await done(scene, replacing, 'Nothing to replace: its levels suffice on every project.');
}

/** Whether the levels were proven before: their check may not run again. */
async function levelsSuffice(scene: ClaimedSetUp): Promise<boolean> {
  const { partner, connectionId } = scene.opened.connection;
  const step = scene.deps.plans[partner].steps.find(({ proves }) => proves === 'project-levels');
  return step !== undefined && (await inScene(scene, (db) => findStep(db, connectionId, step.id)))?.state === 'done';
}

const rowsOf = (scene: ClaimedSetUp): Promise<readonly StoredTask[]> =>
  inScene(scene, (db) => listSetUp(db, scene.claim.connectionId));

const openTask = async (scene: ClaimedSetUp, task: SetUpTask): Promise<StoredTask | undefined> =>
  (await rowsOf(scene)).find((row) => row.task === task && isOpen(row.state));

/** A worker that died while sending absolute values leaves nothing to look up: they are sent again. */
async function askedAgain(scene: ClaimedSetUp): Promise<readonly StoredTask[]> {
  for (const { task, state } of await rowsOf(scene)) {
    if (state === 'sending' || state === 'unknown') await inScene(scene, (db) => askTaskAgain(db, scene.claim, task));
  }
  return rowsOf(scene);
}

/** The sign-in has ended: the admin does what is left by hand. */
async function endAll(claimed: ClaimedSetUp): Promise<void> {
  for (const row of await rowsOf(claimed)) {
    const mayBeDone = row.state === 'asked' ? '' : ' It may have been done: look whether it is there.';
    if (isOpen(row.state)) await refuse(claimed, row, `The sign-in ended before this was done.${mayBeDone}`);
  }
}

/** Ends the sign-in, which was kept for this alone. */
async function endSignIn(deps: ActivityDependencies, ref: SignInRef, around: Surroundings): Promise<void> {
  const sealed = await withTenant(deps.pool, ref.tenantId, async (db) =>
    (await needsSignIn(db, ref.signInId)) ? undefined : usableToken(db, ref.signInId),
  );
  if (sealed) await giveTokenUp(deps, ref, sealed, around);
}
