import { considerations } from '../../kernel/model-submittals.ts';
import { isFields } from '../../kernel/request.ts';
import { type Call, idParam, needProjectLevel, needToolLevel, ownCompany, projectSeen } from '../call.ts';
import { exactId } from '../exact.ts';
import { givenId, givenText, givenTextOrNull, neededId } from '../given.ts';
import { pageOf } from '../paging.ts';
import { invalid, missing, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { listed } from '../unfolded.ts';
import { objectOf, readIds } from './body.ts';
import { closeAndDistribute } from './distribute.ts';
import { addResponse, offeredResponses } from './responses.ts';
import { seesSubmittal } from './sight.ts';
import { statusesOf } from './statuses.ts';
import { distributionView, responseView } from './views.ts';

function responses(call: Call): Answer {
  const project = needProjectLevel(call, 'submittals', 'Read Only');
  return pageOf(call, offeredResponses(call.world, project), responseView);
}

/** The older address, with the project in the query. */
function responsesOfQuery(call: Call): Answer {
  const named = { project_id: call.query.get('project_id') ?? undefined };
  const project = needToolLevel(call, projectSeen(call, neededId(named, 'project_id')), 'submittals', 'Read Only');
  return pageOf(call, offeredResponses(call.world, project), responseView);
}

function createResponse(call: Call): Answer {
  const project = needProjectLevel(call, 'submittals', 'Read Only');
  const body = objectOf(call, 'submittal_response');
  const name = givenText(body, 'name');
  const considered = considerations.find((one) => one === givenText(body, 'considered'));
  if (!name) throw missing('name');
  if (!considered) throw invalid('considered', 'is not included in the list');
  return { status: 201, body: responseView(addResponse(call.world, call.actor, project, { name, considered })) };
}

/** Every member of the company may see its statuses [inf]. */
function statuses(call: Call): Answer {
  const { company } = ownCompany(call);
  return pageOf(call, statusesOf(call.world, company.id), ({ id, name, status }) => ({ id: exactId(id), name, status }));
}

function distribute(call: Call): Answer {
  const { world, person, actor, body } = call;
  const project = needProjectLevel(call, 'submittals', 'Read Only');
  const row = world.submittals.get(idParam(call, 'id'));
  const seen = row?.projectId === project.id && seesSubmittal(world, person.id, project, row);
  if (!seen || row.deletedAt !== null) throw notFound();
  const selected = listed(body['selected_approvers'])?.filter(isFields);
  const { distribution } = closeAndDistribute(world, actor, row, {
    statusId: givenId(body, 'submittal_log_status_id'),
    message: givenTextOrNull(body, 'message'),
    recipientIds: readIds(body, 'recipient_ids'),
    approverIds: selected?.map((item) => neededId(item, 'id')),
  });
  return { status: 200, body: distributionView(world, distribution) };
}

const ofProject = '/rest/v1.0/projects/{project_id}';

/** What surrounds submittals: responses, statuses, and the sending-out of the result. */
export const submittalLookupRoutes: readonly Route[] = [
  { method: 'GET', path: `${ofProject}/submittal_responses`, answer: responses },
  { method: 'POST', path: `${ofProject}/submittal_responses`, answer: createResponse },
  { method: 'GET', path: '/rest/v1.0/submittal_responses', answer: responsesOfQuery },
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/submittal_statuses', answer: statuses },
  { method: 'PATCH', path: `${ofProject}/submittal_logs/{id}/close_and_distribute`, answer: distribute },
];
