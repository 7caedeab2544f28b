import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'scripts');

/** A module of `scripts/`: plain JavaScript without types, so that it runs before anything is built. The caller says what it exports. */
export async function importScript<Exports>(file: string): Promise<Exports> {
  return (await import(path.join(folder, file))) as Exports; // nothing could prove it but the test itself
}
