import Sequencer from '@jest/test-sequencer';

/** Rooms whose files start the whole product: begun last, one of them alone would hold up the end. */
const long = /\/test\/(end-to-end|crash|pages)\//;

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(({ path }) => long.test(path)), ...sorted.filter(({ path }) => !long.test(path))];
  }
}
