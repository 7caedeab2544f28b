import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { browsingFor } from './browsing/open.ts';
import { type Cast, type PartnerReport, peopleOf } from './cast.ts';
import { agree } from './comparison.ts';
import { tourHammertech } from './hammertech.ts';
import { jsonClient, type Recorder } from './http.ts';
import { tourOptions } from './options.ts';
import { tourPart3 } from './part3/tour.ts';
import { readRunning } from './run-file.ts';
import { truthFrom } from './truth.ts';

/**
 * `npm run tour [-- --json] [--partner NAME] [--modules all|NAME,NAME] [--patience SECONDS] [--unhurried] [--record FILE]`:
 * plays the people's parts through the public API and pages for every partner, or for the named ones. Switches on the requested
 * modules of HammerTech, then compares the two sides of every stream that is on. Exit code 0 only if all is connected and both
 * sides of all streams agree.
 */
const options = tourOptions(process.argv.slice(2), (ms) => wait(ms));
const { json, modules, partners } = options;
const record: Recorder = (answer) => {
  if (options.record !== undefined) appendFileSync(options.record, `${answer}\n`);
};
const say = (line: string): void => {
  (json ? process.stderr : process.stdout).write(`${line}\n`);
};

/** An error and its causes: "fetch failed" alone explains nothing. */
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
  const control = jsonClient(running.procore.control, running.procore.controlToken);
  const browsing = browsingFor(new URL(running.pages).origin, record, say);
  try {
    const cast: Cast = {
      api: (tenant) => {
        const key = running.tenants[tenant]?.apiKey;
        if (key === undefined) throw new Error(`run.json has no key of ${tenant}: start with npm start -- --fresh`);
        return jsonClient(running.api, key, { record, waitOutMs: 60_000 });
      },
      truth: truthFrom(control),
      say,
      ...peopleOf(options, browsing),
    };
    const parts = {
      hammertech: () => tourHammertech({ ...cast, modules }),
      part3: () => tourPart3({ ...cast, control, inbox: running.inbox, pages: running.pages }),
    };
    const reports: Record<string, PartnerReport> = {};
    for (const partner of partners) reports[partner] = await parts[partner]();
    return reportOf(reports);
  } finally {
    await browsing.close();
  }
}

function reportOf(partners: Readonly<Record<string, PartnerReport>>): TourReport {
  const streams = Object.values(partners).flatMap((partner) => Object.values(partner.streams));
  const lost = streams.reduce((sum, stream) => sum + stream.lost, 0);
  const doubled = streams.reduce((sum, stream) => sum + stream.doubled, 0);
  const connected = Object.values(partners).every((partner) => partner.connected);
  return { ok: connected && streams.every(agree), partners, lost, doubled };
}

try {
  const report = await tour();
  for (const [name, partner] of Object.entries(report.partners)) {
    for (const [stream, { source, target, missing, extra, lost, doubled, examples }] of Object.entries(partner.streams)) {
      const wrong = Object.entries({ missing, extra, lost, doubled }).map(([what, count]) => `${count} ${what}`);
      say(`${name} · ${stream}: ${source} expected, ${target} there; ${wrong.join(', ')}`);
      for (const example of examples) say(`  ${example}`);
    }
    say(`${name}: ${(partner.ms / 1000).toFixed(1)} s, ${partner.procoreCalls} calls to Procore`);
  }
  say(`lost ${report.lost}, doubled ${report.doubled}`);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  say(inWords(error));
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, partners: {}, lost: 0, doubled: 0 })}\n`);
  process.exitCode = 1;
}
