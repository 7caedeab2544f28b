import type { Phase } from './phases.ts';

const mostRatio = 1.05;

/** Held where the calls are no more than the gate allows, none is missing that must be made, and as much was written as had to be. */
export function gateOf({ calls, least, atLeast = 0, written, toWrite }: Omit<Phase, 'name' | 'bare' | 'byOperation'>) {
  const ratio = least === 0 ? 1 + calls : calls / least;
  const most = least === 0 ? 'no call' : `<= ${mostRatio}`;
  const gate = `${most}${atLeast === 0 ? '' : `, >= ${atLeast} calls`}, ${toWrite} written (were ${written})`;
  return { ratio, gate, ok: calls >= atLeast && ratio <= mostRatio && written === toWrite };
}
