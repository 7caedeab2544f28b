import type { GivenFile } from '../procore/admin/submittals.ts';

/** One submittal as the seed makes it; people by their mail addresses. */
export interface SeededSubmittal {
  project: string;
  number: string;
  title: string;
  description?: string;
  manager: string;
  private?: true;
  distribution?: readonly string[];
  /** One list of slots a step. */
  steps: readonly (readonly { who: string; type?: 'Submitter'; required?: false }[])[];
  /** By hand, one a day, in this order. */
  answers?: readonly { who: string; response: string; comment?: string }[];
  /** Where it stands now; open unless said otherwise. `revised`: closed, and there is a next revision. */
  end?: 'draft' | 'distributed' | 'revised';
  files?: readonly GivenFile[];
  /** Age in days; more than there are answers, and more than two. */
  daysAgo: number;
}

const [ada, ben, gus, tess, eve, cleo] = [
  'ada@acme.example',
  'ben@acme.example',
  'gus@acme.example',
  'tess@acme.example',
  'eve@southern-cross.example',
  'cleo@borealis.example',
] as const;
const [ria, sam] = ['ria@north-studio.example', 'sam@north-studio.example'] as const;

const pdf = (filename: string, size: number): GivenFile => ({ filename, contentType: 'application/pdf', size });
const onTower = { project: 'AC-101', manager: gus } as const;
const onDepot = { project: 'AC-102', manager: gus } as const;

/** Gus manages them all but the one on AC-301, where he is not. The ball of the first four is with the design side. */
export const acmeSubmittals: readonly SeededSubmittal[] = [
  {
    ...onTower,
    number: '1',
    title: 'Structural steel shop drawings, levels 1–4',
    description: '<p>Sheets <strong>S-101</strong> to S-118 &amp; connections.</p>',
    distribution: [tess],
    steps: [[{ who: ben, type: 'Submitter' }], [{ who: ria }]],
    answers: [{ who: ben, response: 'Submitted' }],
    files: [pdf('S-101 to S-118.pdf', 48_211), pdf('Verbindungen – größe.pdf', 20_117)],
    daysAgo: 12,
  },
  {
    ...onTower,
    number: '2',
    title: 'Façade glass samples',
    distribution: [eve],
    steps: [[{ who: ria }], [{ who: sam }]],
    files: [pdf('Glass "A".pdf', 9_001)],
    daysAgo: 9,
  },
  {
    ...onTower,
    number: '3',
    title: 'Concrete mix 40 MPa',
    steps: [[{ who: ria }, { who: sam, required: false }], [{ who: gus }]],
    daysAgo: 8,
  },
  {
    ...onTower,
    number: '4',
    title: 'Roof membrane data sheets',
    private: true,
    steps: [[{ who: sam }]],
    files: [pdf('Membrane.pdf', 15_555)],
    daysAgo: 6,
  },
  {
    ...onTower,
    number: '5',
    title: 'Lift car finishes',
    private: true,
    steps: [[{ who: gus }], [{ who: sam }]],
    daysAgo: 5,
  },
  { ...onTower, number: '6', title: 'Door hardware schedule', steps: [[{ who: ria }]], end: 'draft', daysAgo: 3 },
  {
    ...onTower,
    number: '7',
    title: 'Fire stopping products',
    distribution: [tess, eve, ria],
    steps: [[{ who: ria }]],
    answers: [{ who: ria, response: 'Approved as Noted', comment: 'Seal every penetration of the core.' }],
    end: 'distributed',
    files: [pdf('Fire stopping.pdf', 31_337)],
    daysAgo: 30,
  },
  { ...onTower, number: '8', title: 'Site fencing', steps: [[{ who: ben }]], daysAgo: 7 },
  { ...onTower, number: '9', title: 'Anchor bolts', private: true, steps: [[{ who: ben }], [{ who: gus }]], daysAgo: 4 },
  {
    ...onTower,
    number: '10',
    title: 'Curtain wall mock-up 🏗️',
    steps: [[{ who: ria }]],
    answers: [{ who: ria, response: 'Revise and Resubmit', comment: 'Mullion depth differs from A-301.' }],
    end: 'revised',
    daysAgo: 20,
  },
  {
    ...onDepot,
    number: '1',
    title: 'Signal room cooling',
    steps: [[{ who: gus }], [{ who: ria }]],
    answers: [{ who: gus, response: 'Approved' }],
    files: [pdf('Cooling.pdf', 7_007)],
    daysAgo: 10,
  },
  { ...onDepot, number: '2', title: 'Rail sleepers', steps: [[{ who: ria }]], distribution: [tess], daysAgo: 5 },
  { project: 'AC-301', manager: ada, number: '1', title: 'Precast panels', steps: [[{ who: sam }]], daysAgo: 4 },
];

export const borealisSubmittals: readonly SeededSubmittal[] = [
  { project: 'B-1', manager: cleo, number: '1', title: 'Ice rink piping', steps: [[{ who: cleo }]], daysAgo: 4 },
];
