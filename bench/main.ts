import { mkdir, readdir, writeFile } from 'node:fs/promises';
import type { BenchResult, Spread } from './result.ts';

/** `npm run bench [-- NAME]`: every file of this folder that exports `run` is a benchmark; one JSON line each, then a table. */
const folder = new URL('./', import.meta.url);
const resultsFolder = new URL('./results/', import.meta.url);

type Benchmark = () => Promise<BenchResult>;

async function findBenchmarks(): Promise<ReadonlyMap<string, Benchmark>> {
  const files = (await readdir(folder)).filter((file) => /^[a-z-]+\.(ts|js)$/.test(file)).sort();
  const found = new Map<string, Benchmark>();
  for (const file of files) {
    const name = file.replace(/\.(ts|js)$/, '');
    if (name === 'main' || /-workflows?$/.test(name)) continue;
    const module: unknown = await import(new URL(file, folder).href);
    if (isBenchmark(module)) found.set(name, module.run);
  }
  return found;
}

const isBenchmark = (module: unknown): module is { run: Benchmark } =>
  typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const spread = ({ median, least, most, unit }: Spread): string => `${figure(median)} (${figure(least)}–${figure(most)}) ${unit}`;

function printTable(results: readonly BenchResult[]): void {
  const lines = results.flatMap((result) =>
    result.parts ? result.parts.map((part) => ({ ...part, name: `${result.name}: ${part.name}` })) : [result],
  );
  const rows = [
    ['benchmark', 'ratio', 'gate', '', 'ours: median (range)', 'theirs: median (range)', 'rounds'],
    ...lines.map((line) => [
      line.name,
      figure(line.ratio),
      line.gate,
      line.ok ? 'ok' : 'MISSED',
      spread(line.ours),
      spread(line.theirs),
      `${line.rounds}`,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log(rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`).join('\n'));
  const machine = results[0]?.machine;
  if (machine)
    console.log(
      `\n${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.platform}; Node ${machine.node}`,
    );
}

const benchmarks = await findBenchmarks();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.has(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there is: ${[...benchmarks.keys()].join(', ')}`);
  process.exit(2);
}
const results: BenchResult[] = [];
await mkdir(resultsFolder, { recursive: true });
for (const [name, run] of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const result = await run();
  results.push(result);
  console.log(JSON.stringify(result));
  await writeFile(
    new URL(`${name}.json`, resultsFolder),
    `${JSON.stringify({ ...result, at: new Date().toISOString() }, null, 2)}\n`,
  );
}
printTable(results);
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
