import { afterEach, expect, test } from '@jest/globals';
import { respond } from '../../../shared/procore/operations/submittal-approvers.ts';
import { listSubmittalResponses } from '../../../shared/procore/operations/submittal-responses.ts';
import {
  listAllSubmittals,
  listSubmittals,
  showSubmittal,
  submittalRecycleBin,
  submittalsById,
} from '../../../shared/procore/operations/submittals.ts';
import { collect } from '../../../shared/procore/requests.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { clientOf, companyId, faultOf } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

const open = async (text: string, status = 200) => {
  farSide = await startFarSide((response) => answerJson(response, status, text));
  return clientOf(farSide.origin);
};
const address = (index = 0): string => {
  const request = farSide.received[index];
  const query = [...(request?.query ?? [])].map(([name, value]) => `${name}=${value}`).join('&');
  return `${request?.path}${query && '?'}${query}`;
};

const listedRow = `{"id":9007199260000011,"number":"7","revision":"1","title":"Steel","description":null,"specification_section":{"id":4,"number":"05 12 00","description":"Steel framing","label":"x"},"current_revision":true,
  "private":false,"status":{"id":1,"name":"With the Architect","status":"Open"},"created_at":"2026-03-01T00:00:00Z",
  "updated_at":"2026-03-02T00:00:00Z","due_date":"2026-03-20","submittal_manager":{"id":9007199254740995,"name":"Gus"},
  "ball_in_court":[{"id":9007199254740997,"name":"Ria","initials":"RS","vendor":null}],"distribution_members":[{"id":3,"name":"Tess"}],
  "associated_attachments":[{"id":5,"attachment_id":9007199254740999,"filename":"S.pdf","content_type":"application/pdf","url":"https://x/1","state":"processing"}],
  "approvers":[{"id":9007199260000013,"approver_type":"Approver","user":{"id":9007199254740997,"name":"Ria"},"response_required":true,
    "response":{"id":9007199260000015,"name":"Pending","considered":"Pending"},"comment":null,"sent_date":"2026-03-01","due_date":null,
    "returned_date":null,"workflow_group_number":2,"associated_attachments":[],"new":1}],"new":{}}`;

const ria = {
  id: '9007199260000013',
  userId: '9007199254740997',
  userName: 'Ria',
  step: 2,
  type: 'Approver',
  required: true,
  response: { id: '9007199260000015', name: 'Pending', considered: 'pending' },
  comment: null,
  sentAt: '2026-03-01',
  returnedAt: null,
  dueDate: null,
  attachments: [],
};
const steel = {
  id: '9007199260000011',
  number: '7',
  revision: '1',
  title: 'Steel',
  description: null,
  specSection: '05 12 00 Steel framing',
  status: 'Open',
  statusName: 'With the Architect',
  private: false,
  currentRevision: true,
  dueDate: '2026-03-20',
  managerId: '9007199254740995',
  ballInCourtIds: ['9007199254740997'],
  distributionIds: ['3'],
  names: { '3': 'Tess', '9007199254740995': 'Gus', '9007199254740997': 'Ria' },
  approvers: [ria],
  attachments: [
    { id: '9007199254740999', filename: 'S.pdf', contentType: 'application/pdf', url: 'https://x/1', state: 'processing' },
  ],
  createdAt: '2026-03-01T00:00:00Z',
  updatedAt: '2026-03-02T00:00:00Z',
};

test('the list asks for a range of change and keeps every digit of an id', async () => {
  const client = await open(`[${listedRow}]`);
  const range = { from: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z' };
  expect(await collect(listSubmittals(client, '9007199254742311', range))).toEqual([steel]);
  expect(address()).toBe(
    '/rest/v1.1/projects/9007199254742311/submittals?filters[updated_at]=2026-03-01T00:00:00Z...2026-03-02T00:00:00Z&per_page=300&page=1',
  );
  expect(farSide.received[0]?.headers).toMatchObject({ 'procore-company-id': companyId });
});

test('all of a project are asked for without a filter', async () => {
  const client = await open('[]');
  expect(await collect(listAllSubmittals(client, '5'))).toEqual([]);
  expect(address()).toBe('/rest/v1.1/projects/5/submittals?per_page=300&page=1');
});

test('by id come those asked for, each once, though Procore may ignore the filter', async () => {
  const client = await open(`[${listedRow},${listedRow.replace('9007199260000011', '12')}]`);
  expect(await submittalsById(client, '5', ['9007199260000011', '9007199260000011'])).toEqual([steel]);
  expect(address()).toBe('/rest/v1.1/projects/5/submittals?filters[id][]=9007199260000011&per_page=300&page=1');
});

test('many ids are asked for a hundred at a time, and none at all asks nothing', async () => {
  const client = await open('[]');
  expect(await submittalsById(client, '5', [])).toEqual([]);
  expect(farSide.received).toHaveLength(0);
  await submittalsById(
    client,
    '5',
    Array.from({ length: 101 }, (_, index) => String(index + 1)),
  );
  expect(farSide.received.map(({ query }) => query.getAll('filters[id][]').length)).toEqual([100, 1]);
});

test('a show names files in both places, and each is taken once', async () => {
  const shown = listedRow.replace(
    '"associated_attachments":[{',
    '"attachments":[{"id":9007199254740999,"name":"S.pdf","filename":"S.pdf","url":"https://x/1"},{"id":4,"name":"T.pdf","url":null}],"associated_attachments":[{',
  );
  const client = await open(shown);
  expect(await showSubmittal(client, '5', '9007199260000011')).toEqual({
    ...steel,
    attachments: [...steel.attachments, { id: '4', filename: 'T.pdf', contentType: null, url: null, state: null }],
  });
  expect(address()).toBe('/rest/v1.1/projects/5/submittals/9007199260000011');
});

test('what is not there, or not for these eyes, is undefined', async () => {
  const client = await open('{"errors":["Not found"]}', 404);
  expect(await showSubmittal(client, '5', '6')).toBeUndefined();
});

test('a status that is none of the three makes the answer unreadable, never open', async () => {
  const client = await open(listedRow.replace('"status":"Open"', '"status":"Paused"'));
  expect(await faultOf(showSubmittal(client, '5', '6'))).toMatchObject({ kind: 'vendor-unavailable' });
});

test('who does not say so keeps a submittal private and current', async () => {
  const client = await open(listedRow.replace('"private":false,', '').replace('"current_revision":true,', ''));
  expect(await showSubmittal(client, '5', '6')).toMatchObject({ private: true, currentRevision: true });
});

test('responses are of one project, with what they count as', async () => {
  const client = await open('[{"id":9007199260000015,"name":"Geprüft","considered":"Approved as Noted"},{"id":2,"name":"New"}]');
  expect(await listSubmittalResponses(client, '5')).toEqual([
    { id: '9007199260000015', name: 'Geprüft', considered: 'approved as noted' },
    { id: '2', name: 'New', considered: null },
  ]);
  expect(address()).toBe('/rest/v1.0/projects/5/submittal_responses?per_page=300&page=1');
});

test('the recycle bin tells what was deleted and when', async () => {
  const client = await open(
    '[{"id":9007199260000011,"number":"7","revision":"0","title":"S","deleted_at":"2026-03-02T00:00:00Z"}]',
  );
  expect(await collect(submittalRecycleBin(client, '5'))).toEqual([
    { id: '9007199260000011', number: '7', revision: '0', title: 'S', deletedAt: '2026-03-02T00:00:00Z' },
  ]);
  expect(address()).toBe('/rest/v1.1/projects/5/submittals/recycle_bin?per_page=300&page=1');
});

const answer = {
  approverId: '9007199260000013',
  projectId: '9007199254742311',
  submittalId: '9007199260000011',
  responseId: '9007199260000015',
  comment: 'See <b>A-301</b> 🏗',
  uploadIds: ['01JX', '01JY'],
  sendEmails: true,
};
const slot =
  '{"id":9007199260000013,"submittal_response_id":9007199260000015,"comment":"c","returned_date":"2026-03-09","attachments":[{"id":9007199254740999,"name":"S.pdf","url":"https://x/1"}]}';

test.each([
  ['a list', `[${slot}]`],
  ['one alone', slot],
])('a response is sent with exact ids and its slot taken from %s', async (_shape, text) => {
  const client = await open(text);
  expect(await respond(client, answer)).toEqual({
    approverId: '9007199260000013',
    responseId: '9007199260000015',
    comment: 'c',
    returnedAt: '2026-03-09',
    attachments: [{ id: '9007199254740999', filename: 'S.pdf', contentType: null, url: 'https://x/1', state: null }],
  });
  expect(farSide.received[0]?.method).toBe('PATCH');
  expect(address()).toBe(
    '/rest/v1.0/submittal_approvers/9007199260000013?project_id=9007199254742311&submittal_id=9007199260000011&send_emails=true',
  );
  expect(farSide.received[0]?.text).toBe(
    '{"submittal_approver":{"submittal_response_id":9007199260000015,"comment":"See <b>A-301</b> 🏗","upload_ids":["01JX","01JY"]}}',
  );
});

test('without files, comment and mail nothing is said of them but that nobody is mailed', async () => {
  const client = await open('[]');
  expect(await respond(client, { ...answer, comment: null, uploadIds: [], sendEmails: false })).toBeNull();
  expect(address()).toContain('send_emails=false');
  expect(farSide.received[0]?.text).toBe('{"submittal_approver":{"submittal_response_id":9007199260000015}}');
});

test.each(['approverId', 'projectId', 'submittalId', 'responseId'])(
  'a %s that is none is refused before anything is sent',
  async (name) => {
    const client = await open('[]');
    const odd = respond(client, { ...answer, [name]: '1 or 1=1' });
    expect(await faultOf(odd)).toMatchObject({ kind: 'validation-rejected', detail: { effect: 'surely-not-done' } });
    expect(farSide.received).toHaveLength(0);
  },
);

test('a lost answer to a response leaves its effect unknown', async () => {
  farSide = await startFarSide((response) => response.socket?.destroy());
  expect(await faultOf(respond(clientOf(farSide.origin), answer))).toMatchObject({ detail: { effect: 'unknown' } });
});

test('nothing is sent any more once it may not be', async () => {
  const client = await open(`[${slot}]`);
  await faultOf(respond(client, answer, () => false));
  expect(farSide.received).toHaveLength(0);
});
