import { diaryKind } from '../../../sandbox/hammertech/record-kinds.ts';
import { notes } from '../../../sandbox/procore/daily-log/notes.ts';
import { describeModule } from './rules.ts';
import { changeRecord, enterRecord } from './source.ts';

const note = 'Crane stood still for wind – 40 min ⛔\nGate B blocked until noon.';

describeModule({
  stream: 'notes',
  kind: notes,
  enter: (site, { date }) => enterRecord(site, diaryKind, { date, notes: `${note}\r\n`, status: 'approved' }),
  shows: () => ({ comment: note }),
  corrections: [
    {
      name: 'another text',
      correct: (site, id) => changeRecord(site, diaryKind, id, { notes: 'Rain from 11:00.' }),
      shows: { comment: 'Rain from 11:00.' },
    },
  ],
  withdrawals: {
    'emptying it': (site, id) => changeRecord(site, diaryKind, id, { notes: ' \n' }),
    'taking back the approval': (site, id) => changeRecord(site, diaryKind, id, { status: 'open' }),
  },
  returns: {
    withdraw: (site, id) => changeRecord(site, diaryKind, id, { status: 'open' }),
    restore: (site, id) => changeRecord(site, diaryKind, id, { status: 'approved' }),
  },
  byHand: { comment: 'Client walked the site' },
  edited: { comment: 'Crane stood still, see claim 14' },
  added: { isIssueDay: true },
});
