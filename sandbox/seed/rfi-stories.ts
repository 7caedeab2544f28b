/** People of the cast who have to do with Acme's RFIs. Ria and Sam are the design side. */
export type AcmePerson = 'ada' | 'ben' | 'dev' | 'gus' | 'ria' | 'sam' | 'tess' | 'eve';

/** What happened to one RFI, in order. */
export interface RfiStory {
  /** Number of the project. */
  project: 'AC-101' | 'AC-102' | 'AC-301';
  subject: string;
  question: string;
  daysAgo: number;
  by: AcmePerson;
  manager: AcmePerson;
  assignees?: readonly AcmePerson[];
  /** Of the assignees, those whose answer the ball waits for. */
  required?: readonly AcmePerson[];
  distribution?: readonly AcmePerson[];
  dueInDays?: number;
  private?: true;
  draft?: true;
  /** On the question; so many bytes that are made up. */
  files?: readonly { filename: string; contentType: string; size: number }[];
  answers?: readonly { by: AcmePerson; body: string; official?: true }[];
  end?: 'closed' | 'recycled';
}

/**
 * Seven of these are open and have a design-side person as an assignee or on the distribution list, one closed one does too. The others
 * are what must not leave Procore: drafts, RFIs among the builder's own people, one in the recycle bin.
 */
export const acmeRfis: readonly RfiStory[] = [
  {
    project: 'AC-101',
    subject: 'Curtain wall anchors at level 12 – spacing',
    question: '<p>Drawing A-512 shows 600 mm, the schedule says <b>450 mm</b>. Which one governs?</p>',
    daysAgo: 9,
    by: 'gus',
    manager: 'gus',
    assignees: ['ria'],
    distribution: ['sam', 'tess'],
    dueInDays: 14,
    files: [{ filename: 'A-512 détail "anchor".pdf', contentType: 'application/pdf', size: 184_320 }],
  },
  {
    project: 'AC-101',
    subject: 'Façade “north” vs. Façade "Nord" — which sheet?',
    question: 'Sheets A-201 and A-202 bear the same title.\nPlease tell us which is current.',
    daysAgo: 7,
    by: 'ben',
    manager: 'gus',
    assignees: ['ria', 'sam'],
    required: ['ria', 'sam'],
    dueInDays: 7,
    answers: [{ by: 'ria', body: '<p>A-202 is current; A-201 was withdrawn.</p>' }],
  },
  {
    project: 'AC-101',
    subject: 'Lobby stone: substitute offered',
    question: 'The quarry is closed. Is "Bianco Sardo" acceptable at the same price?',
    daysAgo: 6,
    by: 'gus',
    manager: 'gus',
    assignees: ['sam'],
    private: true,
    dueInDays: 10,
  },
  {
    project: 'AC-101',
    subject: 'Fire stopping at riser R3',
    question: 'Which system is to be used where the sleeve is oversized?',
    daysAgo: 20,
    by: 'gus',
    manager: 'gus',
    assignees: ['ria'],
    required: ['ria'],
    answers: [{ by: 'ria', body: '<p>System 4 of the schedule, with mineral wool.</p>', official: true }],
    end: 'closed',
  },
  {
    project: 'AC-101',
    subject: 'Door hardware set 14 ⚙️',
    question: 'Set 14 lists a closer that is out of production.',
    daysAgo: 5,
    by: 'ben',
    manager: 'ben',
    assignees: ['ria'],
    required: ['ria'],
    answers: [{ by: 'ria', body: 'Use the successor model; same fixings.' }],
  },
  {
    project: 'AC-101',
    subject: 'Draft: slab edge at grid C/7',
    question: 'To be worded.',
    daysAgo: 2,
    by: 'gus',
    manager: 'gus',
    assignees: ['ria'],
    draft: true,
  },
  {
    project: 'AC-101',
    subject: 'Crane hours on Saturdays',
    question: 'May we run the crane until four?',
    daysAgo: 4,
    by: 'gus',
    manager: 'ben',
    assignees: ['ben'],
  },
  {
    project: 'AC-101',
    subject: 'Back-charge of the scaffold',
    question: 'Who bears the two weeks?',
    daysAgo: 4,
    by: 'ben',
    manager: 'gus',
    assignees: ['gus'],
    private: true,
  },
  {
    project: 'AC-101',
    subject: 'Entered twice by mistake',
    question: 'Same as number 1.',
    daysAgo: 8,
    by: 'gus',
    manager: 'gus',
    assignees: ['ria'],
    end: 'recycled',
  },
  {
    project: 'AC-102',
    subject: 'Platform edge: tolerance of the coping',
    question: 'Is ±3 mm over 10 m required at the "old" platform as well?',
    daysAgo: 3,
    by: 'gus',
    manager: 'gus',
    assignees: ['ria'],
    dueInDays: 12,
  },
  {
    project: 'AC-102',
    subject: 'Conflict of drain and footing F-9',
    question: 'The drain crosses the footing. Levels are attached to the minutes.',
    daysAgo: 2,
    by: 'ria',
    manager: 'gus',
    draft: true,
  },
  {
    project: 'AC-102',
    subject: 'Lighting of the signal mast',
    question: 'Who supplies the fitting?',
    daysAgo: 6,
    by: 'gus',
    manager: 'gus',
    assignees: ['gus'],
    distribution: ['ria'],
  },
  {
    project: 'AC-301',
    subject: 'Roof membrane over the drum – warranty',
    question: "Does the manufacturer's letter suffice?",
    daysAgo: 5,
    by: 'ada',
    manager: 'ada',
    assignees: ['sam'],
    dueInDays: 9,
  },
  {
    project: 'AC-301',
    subject: 'Site fence along Water Street',
    question: 'Permit extended?',
    daysAgo: 12,
    by: 'ada',
    manager: 'dev',
    assignees: ['dev'],
    answers: [{ by: 'dev', body: 'Until the end of the quarter.', official: true }],
    end: 'closed',
  },
];
