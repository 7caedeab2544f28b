import { createFarSide } from '../far-side.ts';

const tokens = 'Part3 → Organisation settings → API tokens';
const newest = { needed: 'The newest version, finished.', where: 'Part3 → the project → the item → Answers' };

/** What Part3's refusals mean (assumed, docs/partners/part3.md). */
export const farSide = createFarSide({
  partner: 'Part3',
  kinds: {
    401: 'partner-credential-rejected',
    403: 'partner-scope-missing',
    409: 'conflict',
    410: 'file-unavailable',
    412: 'conflict',
  },
  alsoRefusing: [410, 412, 416],
  cures: {
    401: { needed: 'A token of your Part3 organisation that is not revoked.', where: tokens },
    403: { needed: 'A token that may also write.', where: tokens },
    409: newest,
    412: newest,
  },
});
