import type { Project } from '../../kernel/model.ts';
import type { Submittal } from '../../kernel/model-submittals.ts';
import { type Call, idParam, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { pageOf } from '../paging.ts';
import { forbidden, invalid, notFound } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';
import { sendsEmails } from '../send-emails.ts';
import { fullName } from '../views/users.ts';
import { neededNumber, readSubmittal } from './body.ts';
import { listedSubmittals } from './listing.ts';
import { mailAbout } from './mails.ts';
import { isSubmittalAdmin, seesSubmittal } from './sight.ts';
import { createSubmittal, deleteSubmittal, revisionsOf, updateSubmittal } from './submittals.ts';
import { listedSubmittal, shownSubmittal } from './views.ts';

const tool = 'submittals';

/** A submittal of the path, unless the caller must not see it or it is in the recycle bin: 404. */
function submittalOfPath(call: Call): { project: Project; row: Submittal } {
  const project = needProjectLevel(call, tool, 'Read Only');
  const row = call.world.submittals.get(idParam(call, 'id'));
  const seen = row?.projectId === project.id && seesSubmittal(call.world, call.person.id, project, row);
  if (!seen || row.deletedAt !== null) throw notFound();
  return { project, row };
}

/** All revisions unless `filters[current_revision]` is true [oas]. */
function list(call: Call): Answer {
  const project = needProjectLevel(call, tool, 'Read Only');
  const rows = listedSubmittals(call, project, ({ deletedAt }) => deletedAt === null);
  return pageOf(call, rows, (row) => listedSubmittal(call, row));
}

/** Admins only; the rest hear 403 [sup]. */
function recycleBin(call: Call): Answer {
  const project = needProjectLevel(call, tool, 'Read Only');
  if (!isSubmittalAdmin(call.world, call.person.id, project)) throw forbidden();
  const rows = listedSubmittals(call, project, ({ deletedAt }) => deletedAt !== null);
  return pageOf(call, rows, (row) => shownSubmittal(call, row));
}

function show(call: Call): Answer {
  return { status: 200, body: shownSubmittal(call, submittalOfPath(call).row) };
}

/** Not idempotent: the same body twice makes two submittals. */
function create(call: Call): Answer {
  const { world, actor } = call;
  const project = needProjectLevel(call, tool, 'Standard');
  const { sourceId, ...fields } = readSubmittal(call, project);
  neededNumber({ number: fields.number, sourceId });
  const source = sourceId ? world.submittals.get(sourceId) : undefined;
  const seen = source?.projectId === project.id && seesSubmittal(world, call.person.id, project, source);
  if (sourceId && !seen) throw invalid('source_submittal_log_id', 'is not a submittal of this project');
  const row = createSubmittal(world, actor, project, fields, source);
  if (sendsEmails(call)) mailAbout(world, actor, row, 'created');
  return { status: 201, body: shownSubmittal(call, row) };
}

/** The source of a revision is set when it is made and ignored here [unk]. */
function update(call: Call): Answer {
  const { project, row } = submittalOfPath(call);
  const { sourceId: _ignored, ...fields } = readSubmittal(call, project);
  const updated = updateSubmittal(call.world, call.actor, row, fields);
  if (sendsEmails(call)) mailAbout(call.world, call.actor, updated, 'updated');
  return { status: 200, body: shownSubmittal(call, updated) };
}

/** 200; the body of the answer is not documented [unk]: an empty object. */
function remove(call: Call): Answer {
  deleteSubmittal(call.world, call.actor, submittalOfPath(call).row);
  return { status: 200, body: {} };
}

function revisions(call: Call): Answer {
  const { project, row } = submittalOfPath(call);
  const seen = revisionsOf(call.world, row).filter((one) => seesSubmittal(call.world, call.person.id, project, one));
  return pageOf(call, seen, (one) => shownSubmittal(call, one));
}

function workflowData(call: Call): Answer {
  const { row } = submittalOfPath(call);
  const numbers = [...new Set(row.approvers.map(({ step }) => step))].sort((a, b) => a - b);
  const steps = numbers.map((number) => ({
    id: number,
    number,
    approver_ids: row.approvers.filter(({ step }) => step === number).map(({ id }) => exactId(id)),
  }));
  const approvers = row.approvers.map((slot) => ({
    id: exactId(slot.id),
    name: nameOf(call, slot.userId),
    days_to_respond: slot.daysToRespond,
    response_required: slot.required,
    attachment_ids: slot.attachments.map(({ id }) => exactId(id)),
  }));
  return { status: 200, body: { steps, approvers, attachments: [] } };
}

function nameOf({ world }: Call, personId: string): string {
  const person = world.people.get(personId);
  return person ? fullName(person) : '';
}

/** One more than the highest whole number in use [inf]. */
function nextNumber(call: Call): Answer {
  const project = needProjectLevel(call, tool, 'Standard');
  const numbers = call.world.submittals.filter((row) => row.projectId === project.id).map(({ number }) => Number(number));
  const highest = Math.max(0, ...numbers.filter(Number.isInteger));
  return { status: 200, body: { next_number: String(highest + 1) } };
}

const path = '/projects/{project_id}/submittals';
const everyVersion = ['1.0', '1.1'];

/** Procore serves both versions of all but the deletion, which is v1.1 only [oas]. */
export const submittalRoutes: readonly Route[] = [
  ...versions(everyVersion, { method: 'GET', path, answer: list }),
  ...versions(everyVersion, { method: 'POST', path, answer: create }),
  ...versions(everyVersion, { method: 'GET', path: `${path}/recycle_bin`, answer: recycleBin }),
  ...versions(everyVersion, { method: 'GET', path: `${path}/next_available_number`, answer: nextNumber }),
  ...versions(everyVersion, { method: 'GET', path: `${path}/{id}`, answer: show }),
  ...versions(everyVersion, { method: 'PATCH', path: `${path}/{id}`, answer: update }),
  ...versions(['1.1'], { method: 'DELETE', path: `${path}/{id}`, answer: remove }),
  ...versions(everyVersion, { method: 'GET', path: `${path}/{id}/revisions`, answer: revisions }),
  ...versions(everyVersion, { method: 'GET', path: `${path}/{id}/workflow_data`, answer: workflowData }),
];
