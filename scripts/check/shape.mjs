import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { say } from '../provision/progress.mjs';

const rooms = ['workflows', 'activities', 'worker', 'api', 'shared', 'sandbox', 'scripts', 'bench', 'test'];
/** What is shipped; sandbox, scripts and bench support it. */
const product = ['workflows', 'activities', 'worker', 'api', 'shared'];
const limits = { median: 80, p90: 220, max: 400 };

/** Prints the table of docs/style (lines per file, comments, test : source) and returns what exceeds its limits. */
export function printShape(root) {
  const files = tracked(root);
  const rows = rooms
    .map((room) => [room, files.filter((file) => file.path.startsWith(`${room}/`))])
    .filter(([, own]) => own.length > 0);
  const source = files.filter((file) => product.some((room) => file.path.startsWith(`${room}/`)));
  const tests = files.filter((file) => file.path.startsWith('test/'));
  say('\n  room         files  median    p90    max  comments');
  for (const [room, own] of [...rows, ['all', files]]) say(`  ${room.padEnd(12)} ${columns(own)}`);
  say(`  test : product ${(linesOf(tests) / Math.max(1, linesOf(source))).toFixed(2)}`);
  say('  without *.d.ts, which is generated\n');
  return faults(files);
}

function faults(files) {
  const sizes = sorted(files);
  const found = [];
  if (percentile(sizes, 0.5) > limits.median) found.push(`median file over ${limits.median} lines`);
  if (percentile(sizes, 0.9) > limits.p90) found.push(`one file in ten over ${limits.p90} lines`);
  for (const file of files.filter((each) => each.lines > limits.max)) found.push(`${file.path} has ${file.lines} lines`);
  for (const file of files.filter((each) => each.todo)) found.push(`${file.path} has an unfinished mark`);
  return found;
}

function tracked(root) {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  }).stdout;
  return listed
    .split('\n')
    .filter(
      (name) => /\.(ts|tsx|mjs)$/.test(name) && !name.endsWith('.d.ts') && rooms.some((room) => name.startsWith(`${room}/`)),
    )
    .flatMap((name) => {
      try {
        return [measure(name, readFileSync(path.join(root, name), 'utf8'))];
      } catch {
        return [];
      }
    });
}

function measure(name, text) {
  const lines = text.split('\n');
  const comments = lines.filter((line) => /^\s*(\/\/|\/\*|\*)/.test(line)).length;
  return { path: name, lines: lines.length - 1, comments, todo: /\b(TO[D]O|FIX[M]E)\b/.test(text) };
}

const sorted = (files) => files.map((file) => file.lines).sort((left, right) => left - right);
const percentile = (sizes, share) => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] ?? 0;
const linesOf = (files) => files.reduce((total, file) => total + file.lines, 0);

function columns(files) {
  const sizes = sorted(files);
  const comments = files.reduce((total, file) => total + file.comments, 0);
  const numbers = [files.length, percentile(sizes, 0.5), percentile(sizes, 0.9), sizes.at(-1) ?? 0].map((value, index) =>
    String(value).padStart(index === 0 ? 6 : 7),
  );
  return `${numbers.join('')}  ${((100 * comments) / Math.max(1, linesOf(files))).toFixed(0).padStart(6)} %`;
}
