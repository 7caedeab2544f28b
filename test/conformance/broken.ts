import { Fault } from '../../shared/domain/faults.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import type { CompanyContext, ProjectContext, SourceFact, SourcePage, Stream, StreamRun } from '../../shared/partners/stream.ts';

/** Partners that are broken on purpose, each in one way: what the kit has to find. */

type Call = (...given: unknown[]) => unknown;

/** Every function of the partner's client, changed. */
function withCalls(partner: Partner, changed: (call: Call) => Call): Partner {
  return {
    ...partner,
    connect: (access) => {
      const client = Object(partner.connect(access)) as Readonly<Record<string, Call>>; // a client is made of functions
      return Object.fromEntries(Object.entries(client).map(([name, call]) => [name, changed(call)]));
    },
  };
}

const isPages = (result: unknown): result is AsyncIterable<readonly { readonly id: string }[]> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

const withPages = (
  partner: Partner,
  changed: (pages: AsyncIterable<readonly { readonly id: string }[]>) => AsyncIterable<readonly unknown[]>,
): Partner =>
  withCalls(partner, (call) => (...given) => {
    const result = call(...given);
    return isPages(result) ? changed(result) : result;
  });

export const dropsTheSecondPage = (partner: Partner): Partner =>
  withPages(partner, async function* (pages) {
    let page = 0;
    for await (const rows of pages) {
      page += 1;
      if (page !== 2) yield rows;
    }
  });

export const takesTroubleForNothing = (partner: Partner): Partner =>
  withPages(partner, async function* (pages) {
    try {
      yield* pages;
    } catch (error) {
      if (!(error instanceof Fault) || error.kind !== 'vendor-unavailable') throw error;
    }
  });

export const roundsIds = (partner: Partner): Partner =>
  withPages(partner, async function* (pages) {
    for await (const rows of pages) {
      yield rows.map((row) => (/^\d{16,}$/.test(row.id) ? { ...row, id: String(Number(row.id)) } : row));
    }
  });

/** Faults of its calls, changed. */
const withFaults = (partner: Partner, changed: (fault: Fault) => Fault): Partner =>
  withCalls(partner, (call) => (...given) => {
    const result = call(...given);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw error instanceof Fault ? changed(error) : error;
    });
  });

export const callsA500NotDone = (partner: Partner): Partner =>
  withFaults(partner, (fault) =>
    fault.detail.status === 500 && fault.detail.effect === 'unknown'
      ? new Fault(fault.kind, { ...fault.detail, effect: 'surely-not-done' })
      : fault,
  );

export const repeatsWhatItWasTold = (partner: Partner): Partner =>
  withFaults(partner, (fault) => new Fault(fault.kind, { ...fault.detail, seen: 'Olga Worker' }));

/** A write, once more or under no claim. */
const withWrites = (partner: Partner, changed: (write: Call) => Call): Partner => withCalls(partner, changed);

export const sendsEachWriteTwice = (partner: Partner): Partner =>
  withWrites(partner, (write) => (...given) => {
    if (typeof given.at(-1) !== 'function') return write(...given);
    return Promise.resolve(write(...given)).then(() => write(...given));
  });

export const sendsWithoutClaim = (partner: Partner): Partner =>
  withWrites(
    partner,
    (write) =>
      (...given) =>
        typeof given.at(-1) === 'function' ? write(...given.slice(0, -1), () => true) : write(...given),
  );

export const writesWhileLooking = (partner: Partner): Partner => ({ ...partner, readingOnly: (client) => client });

/** One stream's run, changed. */
export const withRun = (partner: Partner, name: string, changed: (run: StreamRun) => StreamRun): Partner => ({
  ...partner,
  streams: partner.streams.map((stream): Stream => {
    if (stream.name !== name) return stream;
    return stream.scope === 'company'
      ? { ...stream, open: async (context: CompanyContext) => changed(await stream.open(context)) }
      : { ...stream, open: async (context: ProjectContext) => changed(await stream.open(context)) };
  }),
});

export const createsTwice = (run: StreamRun): StreamRun => ({
  ...run,
  async create(record, mayStillSend) {
    await run.create(record, mayStillSend);
    return run.create(record, mayStillSend);
  },
});

export const takesEveryFailureForNotDone = (run: StreamRun): StreamRun => ({
  ...run,
  create: (record, mayStillSend) =>
    run.create(record, mayStillSend).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.kind, { ...error.detail, effect: 'surely-not-done' });
    }),
});

export const findsNothing = (run: StreamRun): StreamRun => ({ ...run, lookUp: async () => [] });

/** Reads everything anew, and takes each record for changed. */
export const neverRests = (run: StreamRun): StreamRun => ({
  ...run,
  pull: () => run.pull(null),
  async map(key, facts) {
    const mapped = await run.map(key, facts);
    if (mapped.kind !== 'record') return mapped;
    return { kind: 'record', record: { ...mapped.record, fields: { ...mapped.record.fields, seen: String(Math.random()) } } };
  },
});

/** Remembers what it read, reads all of it anew, and takes what is missing for taken back. */
export function takesAbsenceForDeletion(): (run: StreamRun) => StreamRun {
  const known = new Map<string, SourceFact>();
  return (run) => ({
    ...run,
    async *pull(cursor): AsyncGenerator<SourcePage> {
      let last = cursor;
      const present = new Set<string>();
      for await (const page of run.pull(null)) {
        for (const fact of page.facts) present.add(fact.sourceId);
        for (const fact of page.facts) known.set(fact.sourceId, fact);
        last = page.cursor;
        yield page;
      }
      const missing = [...known.values()].filter(({ sourceId }) => !present.has(sourceId));
      yield { facts: missing.map((fact) => ({ ...fact, groupKey: null })), cursor: last };
    },
  });
}
