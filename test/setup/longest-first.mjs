import Sequencer from '@jest/test-sequencer';

/** Rooms whose files start the whole product: begun last, one of them alone would hold up the end. Those that wait longest come first. */
const long = [/\/test\/crash\//, /\/test\/end-to-end\//, /\/test\/pages\//];
/** Files that wait more than they work: spread among those that work, so that seldom two of them run at once. */
const waiting = /\/test\/workflow\//;

const rankOf = ({ path }) => long.findIndex((room) => room.test(path));

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const all = super.sort(tests);
    const first = all.filter((test) => rankOf(test) >= 0).sort((one, other) => rankOf(one) - rankOf(other));
    const rest = all.filter((test) => rankOf(test) < 0);
    return [
      ...first,
      ...spread(
        rest.filter(({ path }) => waiting.test(path)),
        rest.filter(({ path }) => !waiting.test(path)),
      ),
    ];
  }
}

/** `some` evenly among `others`, the first one at the front. */
function spread(some, others) {
  const portion = others.length / Math.max(1, some.length);
  const mixed = some.flatMap((one, index) => [
    one,
    ...others.slice(Math.floor(index * portion), Math.floor((index + 1) * portion)),
  ]);
  return some.length > 0 ? mixed : [...others];
}
