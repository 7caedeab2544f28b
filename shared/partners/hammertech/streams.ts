import { addDays, localDateOf, startOfDay } from '../../domain/local-dates.ts';
import type { ProjectStream, Stream } from '../stream.ts';
import { manpowerLog } from './manpower-log.ts';
import { pullManpower } from './manpower-source.ts';
import { manpowerSums } from './manpower-sums.ts';
import { entryOf } from './mapping.ts';
import { moduleStreams } from './modules/index.ts';
import { needsOf, settings } from './settings.ts';
import { vendors } from './vendors-stream.ts';

const afterMidnightMs = 5 * 60_000;

/** HammerTech's sign-ins → Procore's manpower log. */
export const manpower: ProjectStream = {
  name: 'manpower',
  scope: 'project',
  shape: 'gathering',
  direction: 'partner-to-procore',
  module: 'manpower',
  mappingVersion: 1,
  needs: needsOf(['manpower'], 'project'),
  open: async (context) => {
    const { manpower: chosen } = settings.parse(context.settings);
    return {
      pull: (cursor) => pullManpower(context, chosen, cursor),
      map: async (groupKey, facts) => entryOf(groupKey, facts, context, chosen),
      handMade: chosen.handMade,
      reconciling: manpowerSums(context),
      // a day is final once it is over: late changes are carried soon after
      comeBackAtMs:
        startOfDay(addDays(localDateOf(context.nowMs, context.project.timeZone), 1), context.project.timeZone) + afterMidnightMs,
      ...manpowerLog(context),
    };
  },
};

export const streams: readonly Stream[] = [manpower, vendors, ...moduleStreams];
