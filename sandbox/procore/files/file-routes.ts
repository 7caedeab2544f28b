import type { StoredFile } from '../../kernel/model-files.ts';
import { signedUrl } from '../../storage/signed.ts';
import { type Call, idParam, ownCompany } from '../call.ts';
import { seesProject } from '../permissions.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';

/**
 * Leads on to the storage, to an address that expires [doc]. Seen by whoever sees the project [inf: whether a private record hides its
 * files too is unk]. What Procore answers while a file is being processed is [unk]: 202 here.
 */
function download(call: Call): Answer {
  const file = visibleFile(call);
  if (file.state === 'missing') throw notFound();
  if (file.state === 'gone') throw new Refusal(410, { errors: ['The file is gone.'] });
  if (file.state === 'processing') return { status: 202, body: { status: 'processing' } };
  const lifeMs = call.world.switches.get('fileUrlSeconds') * 1000;
  const path = `/${file.companyId}/files/${file.id}`;
  return { status: 302, headers: { location: signedUrl(call.world, 'GET', path, call.world.clock.nowMs() + lifeMs) } };
}

function visibleFile(call: Call): StoredFile {
  const { company } = ownCompany(call);
  const file = call.world.storage.files.get(idParam(call, 'id'));
  if (file?.companyId !== company.id) throw notFound();
  const project = file.projectId === null ? undefined : call.world.projects.get(file.projectId);
  if (file.projectId !== null && (!project || !seesProject(call.world, call.person.id, project))) throw notFound();
  return file;
}

export const fileRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/files/{id}', answer: download, companyInPath: true },
];
