import type { FaultKind } from '../../sandbox/kernel/faults.ts';
import { holds, same } from './client-bench.ts';
import type { StreamBench } from './engine-bench.ts';
import type { Line } from './line.ts';

/** The answer to a write is lost, though the work was done. */
const lostAfter: readonly (readonly [string, FaultKind])[] = [
  ['a cut connection', { kind: 'reset-after-commit' }],
  ['an answer that cannot be read', { kind: 'garbage-after-commit' }],
  ['a 500', { kind: 'status-after-commit', status: 500 }],
];

/** A write does not arrive. */
const lostBefore: readonly (readonly [string, FaultKind])[] = [
  ['a cut connection', { kind: 'reset-before' }],
  ['a 502', { kind: 'status-before', status: 502 }],
];

async function writtenOnce(bench: StreamBench, records: number): Promise<void> {
  same(bench.standing().length, records, 'records that stand');
  same(bench.written(), { writes: records * (bench.stream.writesEach ?? 1), deletes: 0 }, 'how often they were written');
}

/** One record, though its first write meets a fault. */
const once = (says: string, effect: FaultKind): Line<StreamBench> => ({
  says,
  async prove(bench) {
    const { faults } = bench.sandbox.world;
    await bench.stream.make();
    faults.add({ match: bench.stream.writing, effect });
    await bench.settle();
    same(faults.list(), [], 'faults that met nothing');
    await writtenOnce(bench, 1);
  },
});

/** What a stream does to its far side, whatever happens on the way: by the sandbox's ledger. */
export const streamLines: readonly Line<StreamBench>[] = [
  {
    says: 'each record of the source is written once, and looking again writes nothing anywhere',
    async prove(bench) {
      for (let records = 0; records < 3; records += 1) await bench.stream.make();
      await bench.settle();
      await writtenOnce(bench, 3);
      bench.changing();
      for (let cycles = 0; cycles < 2; cycles += 1) await bench.cycle();
      same(bench.changing(), [], 'requests that change something');
    },
  },
  ...lostAfter.map(([what, effect]) =>
    once(`${what} after the write leaves one record: it is looked up, not made again`, effect),
  ),
  ...lostBefore.map(([what, effect]) => once(`${what} before the write leaves one record: it is sent again`, effect)),
  {
    says: 'a correction, where there can be one, changes the same record, once',
    async prove(bench) {
      const { make, change } = bench.stream;
      if (!change) return;
      const id = await make();
      await bench.settle();
      const before = JSON.stringify(bench.standing());
      await change(id);
      await bench.settle();
      same(bench.standing().length, 1, 'records that stand');
      same(bench.written(), { writes: 2, deletes: 0 }, 'how often it was written');
      holds(JSON.stringify(bench.standing()) !== before, 'the correction does not show');
    },
  },
  {
    says: 'what the source does not show any more is not deleted, nor changed: absence says nothing',
    async prove(bench) {
      const id = await bench.stream.make();
      await bench.settle();
      const before = bench.standing();
      bench.stream.hide(id);
      bench.changing();
      for (let cycles = 0; cycles < 2; cycles += 1) await bench.cycle();
      same(bench.standing(), before, 'what stands');
      same(bench.changing(), [], 'requests that change something');
    },
  },
  {
    says: 'what the source took back, where it can, is never deleted by itself',
    async prove(bench) {
      const { make, takeBack } = bench.stream;
      if (!takeBack) return;
      const id = await make();
      await bench.settle();
      await takeBack(id);
      for (let cycles = 0; cycles < 2; cycles += 1) await bench.cycle();
      same(bench.standing().length, 1, 'records that stand');
      same(bench.written().deletes, 0, 'deletions');
    },
  },
  {
    says: 'a dry run asks no side to change anything, and the first cycle then writes what it would have written',
    async prove(bench) {
      await bench.stream.make();
      bench.changing();
      await bench.foresee();
      same(bench.changing(), [], 'requests that change something');
      await bench.settle();
      await writtenOnce(bench, 1);
    },
  },
];
