import Sequencer from '@jest/test-sequencer';

/** Rooms whose files start the whole product: begun last, one of them alone would hold up the end. Those that wait longest come first. */
const long = [/\/test\/crash\//, /\/test\/end-to-end\//, /\/test\/pages\//, /\/test\/workflow\//];
const rankOf = ({ path }) => {
  const rank = long.findIndex((room) => room.test(path));
  return rank < 0 ? long.length : rank;
};

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
