import type { Definition } from './switch-definition.ts';

/** Weakly known facts about the daily log and its entries. */
export const dailyLogSwitches = {
  manpowerContacts: {
    values: ['vendors', 'contacts'],
    byDefault: 'vendors',
    evidence: 'unk',
    describes:
      'What contact_id may be where the project does not say: vendors accepts vendor ids and contact ids, contacts only the latter.',
  },
  unknownContact: {
    values: ['refuse-422', 'store-null'],
    byDefault: 'refuse-422',
    evidence: 'unk',
    describes: 'A contact_id that is not among the options.',
  },
  entryVendors: {
    values: ['project', 'company'],
    byDefault: 'project',
    evidence: 'unk',
    describes:
      'Which vendor_id a visitor, accident, safety violation or note takes: of the project directory, or any of the company; others 422.',
  },
  safetyLogPermissions: {
    values: [false, true],
    byDefault: false,
    evidence: 'oas',
    describes: 'Safety violations carry permissions as the other kinds do (the catalogue lists none).',
  },
  hoursDecimals: { values: 'number', byDefault: 2, evidence: 'unk', describes: 'Decimals to which num_hours is rounded.' },
  undatedEntry: {
    values: ['today', 'null'],
    byDefault: 'today',
    evidence: 'unk',
    describes: 'Date of a daily log entry written with neither date nor datetime.',
  },
  completedDay: {
    values: ['allow', '403', '422'],
    byDefault: 'allow',
    evidence: 'unk',
    describes: 'Writes to a completed day: allowed, 403 for all but Daily Log admins, or 422 for all.',
  },
  pendingEntries: {
    values: ['approved', 'pending-below-admin'],
    byDefault: 'approved',
    evidence: 'inf',
    describes: 'Status of an entry written below Daily Log Admin (Procore: pending for collaborators).',
  },
} as const satisfies Record<string, Definition>;
