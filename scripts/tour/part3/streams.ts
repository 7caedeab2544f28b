import { compareTold } from '../comparison.ts';
import type { Comparisons } from '../synced.ts';
import { expectedReplies, expectedResponses, toldOfReplies, toldOfResponses } from './answers.ts';
import { expectedFiles, toldOfFiles } from './files.ts';
import { expectedRfis, expectedSubmittals, toldOfRfis, toldOfSubmittals } from './items.ts';
import type { Sides } from './sides.ts';

/** Both sides of every stream of one connected project. */
export const compareSides = (sides: Sides): Comparisons => ({
  rfis: compareTold(expectedRfis(sides), toldOfRfis(sides)),
  submittals: compareTold(expectedSubmittals(sides), toldOfSubmittals(sides)),
  'rfi-replies': compareTold(expectedReplies(sides), toldOfReplies(sides)),
  'submittal-responses': compareTold(expectedResponses(sides), toldOfResponses(sides)),
  attachments: compareTold(expectedFiles(sides), toldOfFiles(sides)),
});
