import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const runFile = z.object({
  api: z.string(),
  pages: z.string(),
  tenants: z.record(z.string(), z.object({ id: z.string(), apiKey: z.string() })),
  oauthRedirect: z.string(),
  procore: z.object({ login: z.string(), api: z.string(), control: z.string(), controlToken: z.string() }),
  inbox: z.string(),
});
export type Running = z.infer<typeof runFile>;

/** What `npm start` wrote to `.groundwork/run.json`: addresses and demo keys. */
export function readRunning(): Running {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const root = path.resolve(here, here.includes(`${path.sep}dist${path.sep}`) ? '../../..' : '../..');
  const file = path.join(process.env['GROUNDWORK_STATE_DIR'] ?? path.join(root, '.groundwork'), 'run.json');
  try {
    return runFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error('Groundwork is not running here: start it with npm start, then run the tour again.', { cause: error });
  }
}
