import { type SiteSignIn, timeStamp } from '../hammertech/records.ts';
import type { Random } from './random.ts';
import { instantAt } from './zones.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** HammerTech's clean-up signs people out who forgot to; assumed to run every quarter of an hour. */
const batchMs = 15 * minuteMs;

/** One employer's crew on one site and day. */
export interface CrewDay {
  projectId: string;
  employerId: string;
  /** Ids of the workers. */
  crew: readonly string[];
  /** IANA name of the site's zone. */
  zone: string;
  day: string;
  /** A night shift would end after the newest full day. */
  noNights: boolean;
  nowMs: number;
}

interface Span {
  startMs: number;
  endMs: number | null;
  endKind: SiteSignIn['endKind'];
  device?: SiteSignIn['device'];
  isVisitor?: boolean;
  deleted?: boolean;
}

/**
 * The sign-ins of one crew on one day: most work from about 06:00 to about 15:00; some come twice, some through the night, some
 * never sign out, some are signed out by the system, some use the printed code that only signs in. The first worker always
 * works an ordinary shift, so that every crew day has hours. Visitors and deleted records come on top and never count.
 */
export function drawCrewDay(crewDay: CrewDay, random: Random): SiteSignIn[] {
  return crewDay.crew.flatMap((workerId, index) => {
    if (index > 0 && random.chance(0.04)) return [];
    const spans = index === 0 ? [ordinary(crewDay, random)] : drawSpans(crewDay, random);
    if (random.chance(0.02)) spans.push({ ...ordinary(crewDay, random), isVisitor: true });
    if (random.chance(0.02)) spans.push({ ...ordinary(crewDay, random), deleted: true });
    return spans.map((span) => signInOf(crewDay, span, span.isVisitor ? random.guid() : workerId, random));
  });
}

function at(crewDay: CrewDay, minutes: number): number {
  return instantAt(crewDay.zone, crewDay.day, minutes);
}

function ordinary(crewDay: CrewDay, random: Random): Span {
  const startMs = at(crewDay, 360 + random.between(0, 25));
  return { startMs, endMs: at(crewDay, 870 + random.between(0, 90)), endKind: 'manual' };
}

function drawSpans(crewDay: CrewDay, random: Random): Span[] {
  const kind = random.next();
  const usual = ordinary(crewDay, random);
  if (kind < 0.1) {
    const breakMs = at(crewDay, 600 + random.between(0, 30));
    return [
      { ...usual, endMs: breakMs },
      { ...usual, startMs: breakMs + random.between(20, 90) * minuteMs },
    ];
  }
  if (kind < 0.13 && !crewDay.noNights) {
    const startMs = at(crewDay, 1200 + random.between(0, 120));
    return [{ startMs, endMs: startMs + random.between(7, 9) * hourMs, endKind: 'manual' }];
  }
  if (kind < 0.15) return [{ ...usual, endMs: null, endKind: 'none' }];
  if (kind < 0.18) return [{ ...usual, endMs: usual.startMs + 12 * hourMs, endKind: 'automatic' }];
  if (kind < 0.2) return [{ ...usual, endMs: null, endKind: 'none', device: 'static-qr' }];
  return [usual];
}

function signInOf(crewDay: CrewDay, span: Span, workerId: string, random: Random): SiteSignIn {
  const { startMs, endMs, endKind, isVisitor = false, deleted = false } = span;
  // Batches write many records at once, so many share one `modified`.
  const modifiedMs = Math.ceil((endMs ?? startMs) / batchMs) * batchMs;
  return {
    id: random.guid(),
    projectId: crewDay.projectId,
    workerId,
    employerId: crewDay.employerId,
    startUtc: timeStamp(new Date(startMs)),
    endUtc: endMs === null ? null : timeStamp(new Date(endMs)),
    endKind,
    device: span.device ?? (random.chance(0.6) ? 'kiosk' : 'mobile'),
    isVisitor,
    modified: timeStamp(new Date(Math.min(modifiedMs, crewDay.nowMs))),
    deleted,
  };
}
