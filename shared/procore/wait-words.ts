import { type Lane, laneTable } from '../domain/lanes.ts';
import type { Refused } from './budget.ts';

const limits = { spike: '10-second limit', hour: 'hourly limit' } as const;

/** Why a call waits, and which lanes do not; the end of the wait is shown separately. */
export function waitWords(lane: Lane, { why, goesOn }: Refused): string {
  if (why === 'blocked') return 'Procore asked us to wait.';
  if (why === 'turn') return `Within Procore’s limits, others come before these ${laneTable[lane].words}.`;
  if (goesOn.length === 0) return `Procore’s ${limits[why]} is used up.`;
  const others = new Intl.ListFormat('en').format(goesOn.map((above) => laneTable[above].words));
  return `Procore’s ${limits[why]} has nothing left for ${laneTable[lane].words}; ${others} go on.`;
}
