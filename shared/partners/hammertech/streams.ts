import type { ProjectStream, Stream } from '../stream.ts';
import { manpowerLog } from './manpower-log.ts';
import { pullSignIns } from './manpower-source.ts';
import { entryOf } from './mapping.ts';
import { vendors } from './vendors-stream.ts';

/** HammerTech's sign-ins → Procore's manpower log. */
export const manpower: ProjectStream = {
  name: 'manpower',
  scope: 'project',
  shape: 'gathering',
  direction: 'partner-to-procore',
  module: 'manpower',
  mappingVersion: 1,
  open: async (context) => ({
    pull: (cursor) => pullSignIns(context, cursor),
    map: async (groupKey, facts) => entryOf(groupKey, facts, context),
    ...manpowerLog(context),
  }),
};

export const streams: readonly Stream[] = [manpower, vendors];
