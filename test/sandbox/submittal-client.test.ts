import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { binSubmittal } from '../../sandbox/procore/admin/submittals.ts';
import { claimedCompany } from '../../shared/domain/company.ts';
import { respond } from '../../shared/procore/operations/submittal-approvers.ts';
import { listSubmittalResponses } from '../../shared/procore/operations/submittal-responses.ts';
import {
  listAllSubmittals,
  listSubmittals,
  showSubmittal,
  submittalRecycleBin,
  submittalsById,
} from '../../shared/procore/operations/submittals.ts';
import { collect } from '../../shared/procore/requests.ts';
import { clientOf, faultOf, tokenSource } from '../unit/procore/fixture.ts';
import { uploaded } from './file-ground.ts';
import { type Name, openSubmittals, type SubmittalGround } from './submittal-ground.ts';

let on: SubmittalGround;
beforeEach(async () => {
  on = await openSubmittals();
});
afterEach(() => on.close());

/** Our own client as one of the project's people. */
async function clientAs(who: Name) {
  const token = tokenSource('person', await on.ground.personToken(on.ids[who])).source;
  return clientOf(on.ground.api, { company: claimedCompany(on.small.company.id), token });
}

test('list, show and a look by id agree on what a submittal is', async () => {
  const submittal = on.written([['ria'], [{ who: 'sam', required: false, daysToRespond: 3 }]], {
    distributionIds: [on.ids.tess],
    dueDate: '2026-04-01',
  });
  const client = await clientAs('tess');
  const projectId = on.small.project.id;
  const shown = await showSubmittal(client, projectId, submittal.id);
  expect(shown).toMatchObject({
    id: submittal.id,
    number: '7',
    revision: '0',
    status: 'Open',
    statusName: 'Open',
    managerId: on.ids.gus,
    ballInCourtIds: [on.ids.ria],
    distributionIds: [on.ids.tess],
    dueDate: '2026-04-01',
    approvers: [
      { userId: on.ids.ria, step: 1, required: true, response: { considered: 'pending' }, sentAt: '2026-03-10' },
      { userId: on.ids.sam, step: 2, required: false, sentAt: null },
    ],
  });
  const range = { from: '2026-03-09T23:30:00Z', until: '2026-03-09T23:30:00Z' };
  expect(await collect(listSubmittals(client, projectId, range))).toEqual([shown]);
  expect(await collect(listAllSubmittals(client, projectId))).toEqual([shown]);
  expect(await submittalsById(client, projectId, [submittal.id])).toEqual([shown]);
  const later = { from: '2026-03-09T23:30:01Z', until: '2026-03-10T00:00:00Z' };
  expect(await collect(listSubmittals(client, projectId, later))).toEqual([]);
});

test('an answer with a file, mailed, arrives once under the person’s own name, by exact ids', async () => {
  const submittal = on.written([['ria'], ['sam']]);
  const projectId = on.small.project.id;
  const client = await clientAs('ria');
  const uploads = `/rest/v1.1/projects/${projectId}/uploads`;
  const uploadId = await uploaded(on.ground, uploads, await on.ground.personToken(on.ids.ria), [Buffer.from('cover')]);
  const responses = await listSubmittalResponses(client, projectId);
  const noted = responses.find(({ considered }) => considered === 'approved as noted');
  const answered = await respond(client, {
    approverId: on.slot(submittal, 'ria').id,
    projectId,
    submittalId: submittal.id,
    responseId: noted?.id ?? '',
    comment: 'See <b>A-301</b>',
    uploadIds: [uploadId],
    sendEmails: true,
  });
  expect(answered).toMatchObject({ responseId: noted?.id, comment: 'See <b>A-301</b>', returnedAt: '2026-03-10' });
  const [record, ...more] = on.world.ledger.records('submittal-responses');
  expect(more).toEqual([]);
  expect(record).toMatchObject({ author: on.ids.ria, current: { considered: 'approved as noted', submittalId: submittal.id } });
  expect(record?.history).toHaveLength(1);
  expect(on.world.ledger.records('submittal-mails')).toHaveLength(1);
  const shown = await showSubmittal(client, projectId, submittal.id);
  expect(shown?.ballInCourtIds).toEqual([on.ids.sam]);
  expect(shown?.approvers[0]?.attachments).toEqual(answered?.attachments);
});

test('who may not see a private one hears that it is not there; only an Admin finds what was deleted', async () => {
  const projectId = on.small.project.id;
  const hidden = on.written([['ria']], { private: true });
  expect(await showSubmittal(await clientAs('sam'), projectId, hidden.id)).toBeUndefined();
  expect(await showSubmittal(await clientAs('ria'), projectId, hidden.id)).toMatchObject({ private: true });
  binSubmittal(on.world, { id: hidden.id, by: on.ids.gus });
  expect(await showSubmittal(await clientAs('gus'), projectId, hidden.id)).toBeUndefined();
  expect(await collect(submittalRecycleBin(await clientAs('gus'), projectId))).toMatchObject([
    { id: hidden.id, deletedAt: '2026-03-09T23:30:00Z' },
  ]);
  expect(await faultOf(collect(submittalRecycleBin(await clientAs('ria'), projectId)))).toMatchObject({
    detail: { status: 403 },
  });
});
