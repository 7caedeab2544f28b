import { type SiteDiary, type SiteSignIn, timeStamp } from '../hammertech/records.ts';
import type { Random } from './random.ts';
import { diaryNotes } from './safety-words.ts';

const hourMs = 3_600_000;

function hoursOf({ startUtc, endUtc }: SiteSignIn): number {
  return endUtc === null ? 0 : (Date.parse(endUtc) - Date.parse(startUtc)) / hourMs;
}

/**
 * The diary HammerTech makes of a site's day from its sign-ins: workers and their hours together by employer, visitors by number.
 * `hours` is the employer's total, to two decimals (assumed).
 */
export function diaryOf(
  day: { projectId: string; date: string; ago: number; at: Date },
  signIns: readonly SiteSignIn[],
  random: Random,
): SiteDiary {
  const living = signIns.filter((signIn) => !signIn.deleted);
  const counted = living.filter((signIn) => !signIn.isVisitor);
  const employers = [...new Set(counted.flatMap((signIn) => signIn.employerId ?? []))].map((employerId) => {
    const own = counted.filter((signIn) => signIn.employerId === employerId);
    const hours = own.reduce((total, signIn) => total + hoursOf(signIn), 0);
    return { employerId, workers: new Set(own.map((one) => one.workerId)).size, hours: Math.round(hours * 100) / 100 };
  });
  return {
    id: random.guid(),
    projectId: day.projectId,
    date: day.date,
    employers,
    visitors: living.length - counted.length,
    // Three days in ten have a note, and yesterday always.
    notes: random.chance(0.3) || day.ago === 1 ? (diaryNotes[day.ago % diaryNotes.length] ?? '') : '',
    // The builder approves a diary on the second day after.
    status: day.ago > 2 ? 'approved' : 'open',
    modified: timeStamp(day.at),
  };
}
