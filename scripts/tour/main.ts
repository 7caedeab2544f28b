import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { agree } from './comparison.ts';
import { type PartnerReport, tourHammertech } from './hammertech.ts';
import { jsonClient, type Recorder } from './http.ts';
import { productThrough } from './product.ts';
import { readRunning } from './run-file.ts';
import { truthFrom } from './truth.ts';

/**
 * `npm run tour [-- --json] [--modules all|NAME,NAME] [--patience SECONDS] [--record FILE]`: plays the people's parts through the public API
 * and pages, then compares the two sides of every stream that is on, having switched on those that were asked for. Exit code 0 only where
 * all is connected and both sides of all of them agree.
 */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    patience: { type: 'string', default: '120' },
    record: { type: 'string' },
    modules: { type: 'string', default: '' },
  },
});
const json = options.json;
const patienceMs = z.coerce.number().positive().parse(options.patience) * 1000;
const modules = options.modules === 'all' ? 'all' : options.modules.split(',').filter((name) => name !== '');
const record: Recorder = (answer) => {
  if (options.record !== undefined) appendFileSync(options.record, `${answer}\n`);
};
const say = (line: string): void => {
  (json ? process.stderr : process.stdout).write(`${line}\n`);
};

/** An error and what is behind it: "fetch failed" alone tells nobody anything. */
const inWords = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause === undefined ? [] : [inWords(error.cause)])].join(': ')
    : String(error);

export interface TourReport {
  readonly ok: boolean;
  readonly partners: Readonly<Record<string, PartnerReport>>;
  readonly lost: number;
  readonly doubled: number;
}

async function tour(): Promise<TourReport> {
  const running = readRunning();
  const key = running.tenants['acme-safety']?.apiKey;
  if (key === undefined) throw new Error('run.json has no key of acme-safety: start with npm start -- --fresh');
  const product = productThrough(jsonClient(running.api, key, { record, waitOutMs: 60_000 }));
  const truth = truthFrom(jsonClient(running.procore.control, running.procore.controlToken));
  const hammertech = await tourHammertech({ product, truth, say, record, patienceMs, modules });
  const streams = Object.values(hammertech.streams);
  const lost = streams.reduce((sum, stream) => sum + stream.lost, 0);
  const doubled = streams.reduce((sum, stream) => sum + stream.doubled, 0);
  return { ok: hammertech.connected && streams.every(agree), partners: { hammertech }, lost, doubled };
}

try {
  const report = await tour();
  for (const [name, partner] of Object.entries(report.partners)) {
    for (const [stream, { source, target, missing, extra, lost, doubled, examples }] of Object.entries(partner.streams)) {
      const wrong = Object.entries({ missing, extra, lost, doubled }).map(([what, count]) => `${count} ${what}`);
      say(`${name} · ${stream}: ${source} expected, ${target} there; ${wrong.join(', ')}`);
      for (const example of examples) say(`  ${example}`);
    }
    say(
      `${name}: ${(partner.ms / 1000).toFixed(1)} s, ${partner.procoreCalls} calls to Procore; lost ${report.lost}, doubled ${report.doubled}`,
    );
  }
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  say(inWords(error));
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, partners: {}, lost: 0, doubled: 0 })}\n`);
  process.exitCode = 1;
}
