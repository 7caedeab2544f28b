import { accidents } from './accidents.ts';
import type { AnyKind } from './kind.ts';
import { manpower } from './manpower.ts';
import { notes } from './notes.ts';
import { safetyViolations } from './safety-violations.ts';
import { visitors } from './visitors.ts';

/** Every kind of daily log that is simulated, in the order of the web page [inf]. */
export const dailyLogKinds: readonly AnyKind[] = [manpower, notes, safetyViolations, accidents, visitors];
