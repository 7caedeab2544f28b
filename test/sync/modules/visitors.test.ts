import { expect, test } from '@jest/globals';
import { visitors } from '../../../sandbox/procore/daily-log/visitors.ts';
import { useHammertechGrounds } from '../hammertech-ground.ts';
import { describeModule } from './rules.ts';
import { newSite, type Site, type When } from './site.ts';
import { changeSignIn, deleteSignIn, signIn } from './source.ts';

const stayMinutes = 95;

/** A visit that lasts as long as all visits here. */
function stay(site: Site, when: When): { startUtc: string; endUtc: string } {
  const startUtc = site.instant(when);
  return { startUtc, endUtc: new Date(Date.parse(startUtc) + stayMinutes * 60_000).toISOString() };
}

describeModule({
  stream: 'visitors',
  kind: visitors,
  enter: (site, when, employerId) => signIn(site, { ...stay(site, when), employerId, isVisitor: true, companyName: 'Café Zoë' }),
  shows: ({ hour, minute }) => {
    const end = (hour * 60 + minute + stayMinutes) % 1440;
    return {
      beginHour: hour,
      beginMinute: minute,
      endHour: Math.floor(end / 60),
      endMinute: end % 60,
      subject: 'Visitor',
    };
  },
  corrections: [
    {
      name: 'a later end',
      correct: (site, id) => changeSignIn(site, id, { endUtc: site.instant(site.when(2, 16, 45)) }),
      shows: { endHour: 16, endMinute: 45 },
    },
    {
      name: 'an earlier start',
      correct: (site, id) => changeSignIn(site, id, { startUtc: site.instant(site.when(2, 6, 1)) }),
      shows: { beginHour: 6, beginMinute: 1, endHour: 9, endMinute: 5 },
    },
  ],
  withdrawals: {
    deleting: (site, id) => deleteSignIn(site, id),
    'calling them a worker': (site, id) => changeSignIn(site, id, { isVisitor: false }),
  },
  returns: {
    withdraw: (site, id) => changeSignIn(site, id, { isVisitor: false }),
    restore: (site, id) => changeSignIn(site, id, { isVisitor: true }),
  },
  byHand: { beginHour: 7, beginMinute: 30, endHour: 9, endMinute: 5, subject: 'Council inspector' },
  edited: { subject: 'Fire officer' },
  added: { details: 'Came for the crane log' },
  placed: {
    move: (site, id, when) => changeSignIn(site, id, stay(site, when)),
    employ: (site, id, employerId) => changeSignIn(site, id, { employerId }),
  },
});

const newGround = useHammertechGrounds();

test('a visit that ends before it begins is entered once its end is corrected', async () => {
  const ground = await newGround();
  const site = await newSite(ground);
  const { employerId } = site.matched;
  const at = (hour: number, minute: number): string => site.instant(site.when(2, hour, minute));
  const id = signIn(site, { startUtc: at(7, 30), endUtc: at(7, 0), employerId, isVisitor: true, companyName: 'Café Zoë' });
  expect(await ground.settle(site.link, 'visitors')).toMatchObject({ pulled: 0, created: 0, parked: 0 });
  changeSignIn(site, id, { endUtc: at(9, 5) });
  expect(await ground.settle(site.link, 'visitors')).toMatchObject({ created: 1, parked: 0 });
});
