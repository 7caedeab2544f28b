import { observationKind } from '../../../sandbox/hammertech/record-kinds.ts';
import { safetyViolations } from '../../../sandbox/procore/daily-log/safety-violations.ts';
import { dayAfter } from '../../../sandbox/seed/zones.ts';
import { describeModule } from './rules.ts';
import { changeRecord, deleteRecord, enterRecord } from './source.ts';

describeModule({
  stream: 'observations',
  kind: safetyViolations,
  enter: (site, when, employerId) =>
    enterRecord(site, observationKind, {
      employerId,
      observedUtc: site.instant(when),
      kind: 'breach',
      category: 'working-at-height',
      severity: 'high',
      description: 'No edge protection at the lift shaft.',
      dueDate: dayAfter(when.date, 3),
      raisedByName: 'Odalys Brannigan-Vex',
    }),
  shows: ({ date, hour, minute }) => ({
    timeHour: hour,
    timeMinute: minute,
    subject: 'Working at height',
    comments: 'Breach; severity high; open. Details in HammerTech.',
    complianceDue: dayAfter(date, 3),
  }),
  corrections: [
    {
      name: 'closing it',
      correct: (site, id) => changeRecord(site, observationKind, id, { status: 'closed' }),
      shows: { comments: 'Breach; severity high; closed. Details in HammerTech.' },
    },
    {
      name: 'another category',
      correct: (site, id) => changeRecord(site, observationKind, id, { category: 'housekeeping', severity: 'low' }),
      shows: { subject: 'Housekeeping', comments: 'Breach; severity low; open. Details in HammerTech.' },
    },
    {
      name: 'taking off its due date',
      correct: (site, id) => changeRecord(site, observationKind, id, { dueDate: null }),
      shows: { complianceDue: null },
    },
  ],
  withdrawals: {
    deleting: (site, id) => deleteRecord(site, observationKind, id),
    'calling it well done': (site, id) => changeRecord(site, observationKind, id, { kind: 'positive', dueDate: null }),
  },
  returns: {
    withdraw: (site, id) => changeRecord(site, observationKind, id, { kind: 'positive' }),
    restore: (site, id) => changeRecord(site, observationKind, id, { kind: 'breach' }),
  },
  byHand: { timeHour: 7, timeMinute: 30, subject: 'Harness not worn', comments: 'Spoken to' },
  edited: { comments: 'Closed on the spot, see photo' },
  added: { safetyNotice: 'OBS-17' },
  placed: {
    move: (site, id, when) =>
      changeRecord(site, observationKind, id, { observedUtc: site.instant(when), dueDate: dayAfter(when.date, 3) }),
    employ: (site, id, employerId) => changeRecord(site, observationKind, id, { employerId }),
  },
});
