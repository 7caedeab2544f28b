import type { Project } from '../../kernel/model.ts';
import type { ManpowerLog } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import type { Actor } from '../actor.ts';
import { createEntry } from '../daily-log/entries.ts';
import { type ManpowerFields, manpower } from '../daily-log/manpower.ts';

/** Adds a manpower entry in anybody's name, past the API; for what another client of the same company wrote. */
export function createManpower(world: World, actor: Actor, project: Project, fields: ManpowerFields): ManpowerLog {
  return createEntry(manpower, world, actor, project, fields);
}
