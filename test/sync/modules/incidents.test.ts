import { incidentKind } from '../../../sandbox/hammertech/record-kinds.ts';
import { accidents } from '../../../sandbox/procore/daily-log/accidents.ts';
import { describeModule } from './rules.ts';
import { changeRecord, deleteRecord, enterRecord } from './source.ts';

describeModule({
  stream: 'incidents',
  kind: accidents,
  enter: (site, when, employerId) =>
    enterRecord(site, incidentKind, {
      employerId,
      occurredUtc: site.instant(when),
      type: 'medical-treatment',
      severity: 'medium',
      status: 'open',
      description: 'Slipped on a wet deck on level 4.',
    }),
  shows: ({ hour, minute }) => ({
    timeHour: hour,
    timeMinute: minute,
    comments: 'Medical treatment; severity medium; open. Details in HammerTech.',
  }),
  corrections: [
    {
      name: 'looking into it',
      correct: (site, id) => changeRecord(site, incidentKind, id, { status: 'under-investigation' }),
      shows: { comments: 'Medical treatment; severity medium; under investigation. Details in HammerTech.' },
    },
    {
      name: 'another kind and severity',
      correct: (site, id) => changeRecord(site, incidentKind, id, { type: 'near-miss', severity: 'low' }),
      shows: { comments: 'Near miss; severity low; open. Details in HammerTech.' },
    },
  ],
  withdrawals: { deleting: (site, id) => deleteRecord(site, incidentKind, id) },
  byHand: { timeHour: 7, timeMinute: 30, comments: 'Cut finger, plaster', involvedName: 'A. Carpenter' },
  edited: { comments: 'Insurer informed' },
  added: { involvedCompany: 'Ångström & Söhne' },
  placed: {
    move: (site, id, when) => changeRecord(site, incidentKind, id, { occurredUtc: site.instant(when) }),
    employ: (site, id, employerId) => changeRecord(site, incidentKind, id, { employerId }),
  },
});
