import type { Sides } from '../../../scripts/tour/part3/sides.ts';
import { teamOf } from '../../../scripts/tour/part3/sides.ts';
import type { Part3Truth, ProcoreTruth } from '../../../scripts/tour/part3/truth.ts';

/** One project on both sides as it is once everything has come and gone out: what tests break in one place each. */
export interface Ground {
  part3: Part3Truth;
  procore: ProcoreTruth;
}

const project = { projectId: 'site' };
const inProcore = { projectId: '7' };
const sum = (letter: string): string => letter.repeat(64);
const people = [
  { id: '11', email: 'Ria@north-studio.example' },
  { id: '12', email: 'sam@north-studio.example' },
];

export const connectedAt = new Date('2026-03-10T12:00:00.500Z');
const before = '2026-03-01T09:00:00Z';
const after = '2026-03-10T13:00:00Z';

const member = (id: string, name: string, email: string, companyId = 'studio') => ({
  ...project,
  id,
  companyId,
  name,
  email,
  returns: true,
  leftAt: null,
});

const noWithdrawal = { recycledAt: null, updatedAt: before };

/** An RFI of the builder's own people. */
export const ownRfi = {
  ...inProcore,
  ...noWithdrawal,
  id: '102',
  number: '2',
  subject: 'Crane hours',
  state: 'open',
  private: false,
  dueDate: null,
  managerId: '90',
  assigneeIds: ['91'],
  distributionIds: [],
  ball: { holderIds: ['91'] },
  question: { body: 'Until four?', attachments: [] },
};

function procoreSide(): ProcoreTruth {
  const question = {
    body: '<p>Which <b>one</b>?</p>',
    attachments: [{ id: '501', filename: 'plan.pdf', size: 10, sha256: sum('a') }],
  };
  return {
    rfis: [
      {
        ...ownRfi,
        id: '101',
        number: '1',
        subject: 'Anchors',
        dueDate: '2026-03-20',
        assigneeIds: ['11'],
        ball: { holderIds: ['90'] },
        question,
        updatedAt: after,
      },
      ownRfi,
      { ...ownRfi, id: '103', assigneeIds: ['11'], state: 'draft' },
      { ...ownRfi, id: '104', assigneeIds: ['12'], state: 'closed' },
    ],
    replies: [
      {
        ...inProcore,
        id: '301',
        rfiId: '101',
        authorId: '11',
        official: true,
        body: '<p>The schedule.</p>',
        attachments: [{ id: '502', filename: 'sketch.pdf', size: 20, sha256: sum('b') }],
        clientId: 'ours',
      },
    ],
    submittals: [
      {
        ...inProcore,
        id: '201',
        number: '4',
        revision: '0',
        currentRevision: true,
        title: 'Membrane',
        private: true,
        managerId: '90',
        distributionIds: [],
        dueDate: null,
        attachments: [{ id: '503', filename: 'sheet.pdf', size: 30, sha256: sum('c') }],
        approvers: [
          {
            id: '401',
            userId: '12',
            step: 1,
            required: true,
            responseId: '7',
            comment: 'As marked.',
            attachments: [{ id: '504', filename: 'marked.pdf', size: 40, sha256: sum('d') }],
          },
          { id: '402', userId: '91', step: 2, required: true, responseId: null, comment: null, attachments: [] },
        ],
        openDate: '2026-03-01',
        closedAt: null,
        deletedAt: null,
        updatedAt: after,
      },
    ],
    responses: [
      {
        submittalId: '201',
        id: '401',
        userId: '12',
        step: 1,
        required: true,
        responseId: '7',
        name: 'Make Corrections Noted',
        considered: 'approved as noted',
        comment: 'As marked.',
        attachments: [{ id: '504', filename: 'marked.pdf', size: 40, sha256: sum('d') }],
        at: after,
        by: '12',
        clientId: 'ours',
      },
    ],
  };
}

const file = (id: string, externalKey: string | null, name: string, size: number, sha256: string) => ({
  ...project,
  id,
  externalKey,
  name,
  size,
  sha256,
  state: 'complete',
});

function part3Side(): Part3Truth {
  const nobody = { name: 'Gus Romero', memberId: null };
  return {
    projects: [{ id: 'site', name: 'Harbour Tower' }],
    companies: [
      { ...project, id: 'studio', name: 'North Studio', role: 'prime-consultant' },
      { ...project, id: 'builder', name: 'Acme', role: 'general-contractor' },
    ],
    members: [
      member('ria', 'Ria Solà', 'ria@north-studio.example'),
      member('sam', 'Sam Wu', 'sam@north-studio.example'),
      member('gus', 'Gus Romero', 'gus@acme.example', 'builder'),
    ],
    rfis: [
      {
        ...project,
        id: 'r1',
        externalKey: 'procore:1:7:rfi:101',
        number: '1',
        subject: 'Anchors',
        status: 'open',
        isPrivate: false,
        readers: null,
        ballInCourt: [nobody],
        dueOn: '2026-03-20',
        questionHtml: '<div>Which one?</div>',
        assignees: [{ name: 'Ria Solà', memberId: 'ria' }],
        replies: [{ authorMemberId: 'ria', bodyHtml: 'The schedule.', official: true, files: ['f2'] }],
        files: ['f1'],
      },
    ],
    submittals: [
      {
        ...project,
        id: 's1',
        externalKey: 'procore:1:7:submittal:201',
        number: '4',
        revision: '0',
        title: 'Membrane',
        status: 'open',
        superseded: false,
        isPrivate: true,
        readers: ['sam'],
        ballInCourt: [nobody],
        dueOn: null,
        distribution: [],
        workflow: [
          {
            slot: '401',
            step: 1,
            required: true,
            party: { name: 'Sam Wu', memberId: 'sam' },
            responseName: 'Corrections noted',
            comment: 'As marked.',
            files: ['f4'],
          },
          { slot: '402', step: 2, required: true, party: nobody, responseName: null, comment: null, files: [] },
        ],
        files: ['f3'],
      },
    ],
    answers: [
      {
        ...project,
        id: 'a1',
        rfiId: 'r1',
        authorMemberId: 'ria',
        bodyHtml: '<p>The schedule.</p>',
        official: true,
        fileIds: ['f5'],
        state: 'returned',
        version: 1,
      },
    ],
    returns: [
      {
        ...project,
        id: 'b1',
        submittalId: 's1',
        slot: '401',
        authorMemberId: 'sam',
        responseName: 'Corrections noted',
        comment: 'As marked.',
        fileIds: ['f6'],
        state: 'returned',
        version: 1,
      },
    ],
    files: [
      file('f1', 'procore:1:7:rfi:101:file:501', 'plan.pdf', 10, sum('a')),
      file('f2', 'procore:1:7:rfi:101:file:502', 'sketch.pdf', 20, sum('b')),
      file('f3', 'procore:1:7:submittal:201:file:503', 'sheet.pdf', 30, sum('c')),
      file('f4', 'procore:1:7:submittal:201:file:504', 'marked.pdf', 40, sum('d')),
      file('f5', null, 'sketch.pdf', 20, sum('b')),
      file('f6', null, 'marked.pdf', 40, sum('d')),
    ],
  };
}

export const newGround = (): Ground => ({ part3: part3Side(), procore: procoreSide() });

export const sidesOf = ({ part3, procore }: Ground, backfill: Sides['backfill'] = { which: 'open' }): Sides => ({
  part3,
  procore,
  team: teamOf(part3, people),
  connectedAt,
  backfill,
  meanings: new Map([['Make Corrections Noted', 'Corrections noted']]),
});
