import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Started<Ready> {
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  readonly said: () => string;
  /** The first line it prints. */
  readonly ready: Promise<Ready>;
  readonly ended: Promise<number | null>;
}

/** Starts an entry of the build as a process with this environment and no other; each is gone after its test. */
export function useProcesses<Ready>(): (entry: string, env: Readonly<Record<string, string>>) => Started<Ready> {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await gone;
      }
    }
  });
  return (entry, env) => {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [entry], { cwd: root, env: { PATH, HOME, ...env } });
    children.push(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise<Ready>((resolve) => lines.once('line', (line) => resolve(JSON.parse(line))));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, said: () => said, ready, ended };
  };
}
