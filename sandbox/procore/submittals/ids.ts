import type { Id } from '../../kernel/model.ts';
import { mintId, type World } from '../../kernel/world.ts';

const sequence = { name: 'submittals', next: '9007199260000001', step: 2 };

/** Ids of all that belongs to submittals: odd and beyond 2^53, so that a double cannot hold them, and apart from a company's own. */
export function mintSubmittalId(world: World): Id {
  if (!world.sequences.get(sequence.name)) world.sequences.put(sequence);
  return mintId(world, sequence.name);
}
