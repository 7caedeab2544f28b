/** A mistake of the machine or the user, explained in one paragraph with the way out; never shown with a stack. */
export class Trouble extends Error {}

const seconds = (startedMs) => `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;

/** Runs one piece of work and prints one line for it: what, how long, or that it failed. */
export async function step(title, work, { quiet = false } = {}) {
  const startedMs = Date.now();
  const live = process.stderr.isTTY && !quiet;
  if (live) process.stderr.write(`  … ${title}\r`);
  try {
    const result = await work();
    if (!quiet) process.stderr.write(`  ✓ ${title} (${seconds(startedMs)})\n`);
    return result;
  } catch (error) {
    process.stderr.write(`  ✗ ${title} (${seconds(startedMs)})\n`);
    throw error;
  }
}

export const say = (text) => process.stderr.write(`${text}\n`);

/** Ends the process with a message for the user: `Trouble` in words, anything else with its stack. */
export function endWith(error) {
  process.stderr.write(error instanceof Trouble ? `\n${error.message}\n` : `\n${error?.stack ?? error}\n`);
  process.exit(1);
}
