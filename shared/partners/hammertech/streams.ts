import type { Stream } from '../stream.ts';
import { manpowerLog } from './manpower-log.ts';
import { pullSignIns } from './manpower-source.ts';
import { entryOf } from './mapping.ts';
import { needsOf } from './settings.ts';

/** HammerTech's sign-ins → Procore's manpower log. */
export const manpower: Stream = {
  name: 'manpower',
  direction: 'partner-to-procore',
  module: 'manpower',
  mappingVersion: 1,
  needs: needsOf(['manpower'], 'project'),
  open: async (context) => ({
    pull: (cursor) => pullSignIns(context, cursor),
    map: async (groupKey, facts) => entryOf(groupKey, facts, context),
    ...manpowerLog(context),
  }),
};

export const streams: readonly Stream[] = [manpower];
