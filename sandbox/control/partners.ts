import type { HammerTech } from '../hammertech/state.ts';
import type { Part3 } from '../part3/state.ts';

/** The partners beside Procore. */
export interface Partners {
  hammertech: HammerTech;
  part3: Part3;
}
