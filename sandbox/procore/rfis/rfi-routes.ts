import { bodyOf, type Call, needProjectLevel } from '../call.ts';
import { takeUploads } from '../files/attachments.ts';
import { notFound } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';
import { givenIds, questionUploads, readRfi } from './fields.ts';
import { advanceBall, forwardForReview } from './moves.ts';
import { createRfi, recycleRfi, retrieveRfi, updateRfi } from './rfis.ts';
import { anyRfi, livingRfi } from './sight.ts';
import { shownRfi } from './views.ts';

/** Whether a recycled RFI still answers is a switch [unk]. */
function show(call: Call): Answer {
  const shown = call.world.switches.get('recycledRfiShown') ? anyRfi(call, 'id') : livingRfi(call, 'id');
  return { status: 200, body: shownRfi(call, shown) };
}

function create(call: Call): Answer {
  const project = needProjectLevel(call, 'rfis', 'Read Only');
  const body = bodyOf(call, 'rfi');
  const attach = () => takeUploads(call, questionUploads(body));
  return { status: 201, body: shownRfi(call, createRfi(call.world, call.actor, project, readRfi(body), attach)) };
}

function update(call: Call): Answer {
  const rfi = livingRfi(call, 'id');
  const body = bodyOf(call, 'rfi');
  const attach = () => takeUploads(call, questionUploads(body));
  return { status: 200, body: shownRfi(call, updateRfi(call.world, call.actor, rfi, readRfi(body), attach)) };
}

/** Without a body. */
function advance(call: Call): Answer {
  return { status: 200, body: shownRfi(call, advanceBall(call.world, call.actor, livingRfi(call, 'id'))) };
}

function forward(call: Call): Answer {
  const rfi = livingRfi(call, 'id');
  const toIds = givenIds(bodyOf(call, 'rfi'), 'forwardee_ids') ?? [];
  return { status: 200, body: shownRfi(call, forwardForReview(call.world, call.actor, rfi, toIds)) };
}

/** 200; no body is documented [unk]: an empty object, here and below. */
function recycle(call: Call): Answer {
  recycleRfi(call.world, call.actor, livingRfi(call, 'id'));
  return { status: 200, body: {} };
}

function retrieve(call: Call): Answer {
  const rfi = anyRfi(call, 'id');
  if (rfi.recycledAt === null) throw notFound();
  retrieveRfi(call.world, call.actor, rfi);
  return { status: 200, body: {} };
}

const rfis = '/rest/v1.0/projects/{project_id}/rfis';
const one = '/projects/{project_id}/rfis/{id}';

/** One RFI. There is no DELETE [oas]: it goes to the recycle bin. */
export const rfiRoutes: readonly Route[] = [
  { method: 'POST', path: rfis, answer: create },
  { method: 'GET', path: `${rfis}/{id}`, answer: show },
  { method: 'PATCH', path: `${rfis}/{id}`, answer: update },
  { method: 'PATCH', path: `${rfis}/{id}/recycle`, answer: recycle },
  { method: 'PATCH', path: `${rfis}/{id}/retrieve`, answer: retrieve },
  ...versions(['1.0', '1.1'], { method: 'PATCH', path: `${one}/advance_ball_in_court`, answer: advance }),
  ...versions(['1.0', '1.1'], { method: 'PATCH', path: `${one}/forward_for_review`, answer: forward }),
];
