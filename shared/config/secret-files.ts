import { readFileSync } from 'node:fs';

/** Secrets are small; a larger file is a wrong path. */
const maxBytes = 64 * 1024;

export interface FilledEnvironment {
  readonly environment: NodeJS.ProcessEnv;
  /** One line per wrong `…_FILE`: its name and the problem, never the content. */
  readonly faults: readonly string[];
}

/**
 * Any setting may come from a file: `CODEC_KEY_FILE=/run/secrets/codec_key` replaces `CODEC_KEY`, as container engines pass
 * secrets. One line break at the file's end is not part of the value. Only `names` are read; a setting that is given both ways,
 * or whose file is missing, empty or larger than 64 KiB, is a fault.
 */
export function fillFromFiles(names: readonly string[], environment: NodeJS.ProcessEnv): FilledEnvironment {
  const filled = { ...environment };
  const faults: string[] = [];
  for (const name of names) {
    const fileName = `${name}_FILE`;
    const path = environment[fileName];
    if (path === undefined) continue;
    if (environment[name] !== undefined) {
      faults.push(`${fileName}: ${name} is given too; give one of the two`);
      continue;
    }
    const read = readSecret(path);
    if ('fault' in read) faults.push(`${fileName}: ${read.fault}`);
    else filled[name] = read.value;
  }
  return { environment: filled, faults };
}

function readSecret(path: string): { readonly value: string } | { readonly fault: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { fault: `cannot be read (${codeOf(error)})` };
  }
  if (Buffer.byteLength(text) > maxBytes) return { fault: 'is larger than a secret is' };
  const value = text.replace(/\r?\n$/, '');
  return value === '' ? { fault: 'is empty' } : { value };
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
