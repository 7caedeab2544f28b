import type { Project } from '../../kernel/model.ts';
import type { Rfi } from '../../kernel/model-rfis.ts';
import { type Call, idParam, needProjectLevel } from '../call.ts';
import { notFound } from '../refusal.ts';
import { maySee, memberOf } from './rights.ts';

/** The RFIs of the path's project that the caller may see; 403 below Read Only. Whether recycled ones are among them is the caller's. */
export function visibleRfis(call: Call): { project: Project; rfis: Rfi[] } {
  const project = needProjectLevel(call, 'rfis', 'Read Only');
  const member = memberOf(call.world, project, call.person.id);
  const rfis = call.world.rfis.filter((rfi) => rfi.projectId === project.id && maySee(call.world, member, rfi));
  return { project, rfis };
}

/** The RFI of the path, in the recycle bin or not; 404 where there is none or the caller may not see it. */
export function anyRfi(call: Call, name: string): Rfi {
  const project = needProjectLevel(call, 'rfis', 'Read Only');
  const rfi = call.world.rfis.get(idParam(call, name));
  if (rfi?.projectId !== project.id || !maySee(call.world, memberOf(call.world, project, call.person.id), rfi)) throw notFound();
  return rfi;
}

/** The RFI of the path, unless it is in the recycle bin: then it is not there. */
export function livingRfi(call: Call, name: string): Rfi {
  const rfi = anyRfi(call, name);
  if (rfi.recycledAt !== null) throw notFound();
  return rfi;
}
