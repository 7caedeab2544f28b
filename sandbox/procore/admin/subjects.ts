import type { CompanyUser, Id, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, byHand } from '../actor.ts';
import { isCompanyAdmin } from '../permissions.ts';

/** Looks up what an admin's verb names; a wrong name is a `RangeError` with a sentence, for the control API to answer 404 with. */
export function mustProject(world: World, id: Id): Project {
  const project = world.projects.get(id);
  if (!project) throw new RangeError(`no project has the id ${id}`);
  return project;
}

export function mustUser(world: World, companyId: Id, personId: Id): CompanyUser {
  const user = world.companyUsers.get(`${companyId}:${personId}`);
  if (!user) throw new RangeError(`${personId} is not in the directory of company ${companyId}`);
  return user;
}

/** Who acts: the person named, else the first company admin, at Procore's own screens. */
export function adminOf(world: World, companyId: Id, by?: Id): Actor {
  if (by !== undefined) return byHand(by);
  const admin = world.companyUsers.find(
    (user) => user.companyId === companyId && isCompanyAdmin(world, user.personId, companyId),
  );
  return byHand(admin?.personId ?? '0');
}
