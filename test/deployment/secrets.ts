import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './compose.ts';

/** What an operator makes before the first start, by the script that the documents name. */
export function makeSecrets(folder = mkdtempSync(path.join(os.tmpdir(), 'groundwork-deployment-'))): {
  folder: string;
  said: string;
} {
  const made = spawnSync('sh', [path.join(root, 'docker', 'make-secrets.sh'), folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no secrets were made:\n${made.stderr}`);
  return { folder, said: made.stdout };
}
