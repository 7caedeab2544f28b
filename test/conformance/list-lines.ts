import {
  always,
  type ClientBench,
  faultOf,
  firstList,
  firstRowsOf,
  firstWrite,
  holds,
  isKind,
  rowsOf,
  same,
} from './client-bench.ts';
import type { Line } from './line.ts';

/** Beyond two pages of every partner we know: a hundred records each. */
const many = 230;
const beyondDoubles = '9007199254740993';
const firstId = /"id":"[^"]*"/;

/** How lists are read: all of them, whatever happens meanwhile, and nothing taken for what it is not. */
export const listLines: readonly Line<ClientBench>[] = [
  {
    says: 'every list is read to its last page, each record once',
    async prove(bench) {
      const client = bench.open();
      for (const list of bench.subject.lists) {
        const added = await list.fill(many);
        const ids = (await rowsOf(list, client)).map(({ id }) => id);
        const read = new Set(ids);
        same(added.filter((id) => !read.has(id)).length, 0, `records of ${list.name} that were left out`);
        same(ids.length - read.size, 0, `records of ${list.name} that came again`);
      }
    },
  },
  {
    says: 'a record that changes while its list is read is read, and so is every other one',
    async prove(bench) {
      for (const list of bench.subject.lists) {
        const added = await list.fill(many);
        const moved = added[0] ?? '';
        let pages = 0;
        bench.meddle(async (_, forward) => {
          const answer = await forward();
          pages += 1;
          if (pages === 1) list.touch(moved);
          return answer;
        });
        const read = new Set((await rowsOf(list, bench.open())).map(({ id }) => id));
        holds(pages > 2, `${list.name} was read in ${pages} pages`);
        same(added.filter((id) => !read.has(id)).length, 0, `records of ${list.name} that were left out`);
      }
    },
  },
  {
    says: 'a list that gives the same page for ever ends',
    async prove(bench) {
      const list = firstList(bench);
      await list.fill(many);
      let first: Awaited<ReturnType<Parameters<Parameters<ClientBench['meddle']>[0]>[1]>> | undefined;
      bench.meddle(async (_, forward) => {
        first ??= await forward();
        return first;
      });
      await rowsOf(list, bench.open()).catch(() => undefined);
      holds(bench.calls().length <= 3, `${bench.calls().length} calls of a list that does not move`);
    },
  },
  {
    says: 'an id beyond 2^53 comes out to the digit',
    async prove(bench) {
      for (const list of bench.subject.lists) {
        await list.fill(1);
        bench.meddle(async (_, forward) => {
          const answer = await forward();
          return { ...answer, text: answer.text.replace(firstId, `"id":${beyondDoubles}`) };
        });
        const ids = (await firstRowsOf(list, bench.open())).map(({ id }) => id);
        holds(ids.includes(beyondDoubles), `${list.name}: ${ids.slice(0, 3).join(', ')} …`);
      }
    },
  },
  {
    says: 'a time with an offset is the moment it names',
    async prove(bench) {
      for (const list of bench.subject.lists) {
        await list.fill(1);
        const asModified = (time: string) =>
          bench.meddle(async (_, forward) => {
            const answer = await forward();
            return { ...answer, text: answer.text.replace(/"modified":"[^"]*"/g, `"modified":"${time}"`) };
          });
        asModified('2026-03-02T01:30:00+10:30');
        const [far] = await firstRowsOf(list, bench.open());
        asModified('2026-03-01T15:00:00Z');
        const [near] = await firstRowsOf(list, bench.open());
        same(Object(far).modified, '2026-03-01T15:00:00.000Z', `${list.name} with an offset`);
        same(Object(near).modified, '2026-03-01T15:00:00.000Z', `${list.name} in UTC`);
      }
    },
  },
  ...['<html>', '', '{}', '[{"id":', '{"rows":[]}'].map(
    (text): Line<ClientBench> => ({
      says: `a success that says ${JSON.stringify(text)} is no list, and for a write it may have happened`,
      async prove(bench) {
        bench.answer({ text });
        const client = bench.open();
        for (const list of bench.subject.lists) isKind(await faultOf(rowsOf(list, client)), 'vendor-unavailable');
        const fault = await faultOf(firstWrite(bench).write(client, always, 1));
        isKind(fault, 'vendor-unavailable');
        same(fault.detail.effect, 'unknown', 'the effect of the write');
      },
    }),
  ),
  {
    says: 'an answer that breaks its schema is refused by the name of the field, and shows none of its values',
    async prove(bench) {
      for (const list of bench.subject.lists) {
        await list.fill(1);
        bench.meddle(async (_, forward) => {
          const answer = await forward();
          return { ...answer, text: answer.text.replace(firstId, '"id":{"named":"Olga Worker"}') };
        });
        const fault = await faultOf(rowsOf(list, bench.open()));
        isKind(fault, 'vendor-unavailable');
        holds(/\bid"/.test(fault.message), `${list.name} names no field: ${fault.message}`);
        holds(!fault.message.includes('Olga'), `${list.name} shows a value: ${fault.message}`);
      }
    },
  },
  {
    says: 'a client for looking alone reads a list once, and not one of its functions writes',
    async prove(bench) {
      const { partner } = bench;
      const looking = partner.readingOnly(bench.open());
      for (const list of bench.subject.lists) {
        await list.fill(1);
        const first = await rowsOf(list, looking);
        const before = bench.calls().length;
        same(await rowsOf(list, looking), first, `${list.name} read again`);
        same(bench.calls().length, before, `calls for ${list.name}, which was read before`);
      }
      for (const { name, write } of bench.subject.writes) {
        const refused = await Promise.resolve(write(looking, always, 1)).then(
          () => false,
          () => true,
        );
        holds(refused, `${name} was not refused`);
      }
      for (const call of Object.values<unknown>(Object(looking))) await tried(call);
      same(
        bench.calls().filter(({ method }) => method !== 'GET'),
        [],
        'requests that are no reading',
      );
      same(bench.committed(), 0, 'records that were changed');
    },
  },
];

/** Calls a function of a client somehow: by an id, or by a place. */
async function tried(call: unknown): Promise<void> {
  if (typeof call !== 'function') return;
  for (const given of ['a-1', { projectId: 'a-1', externalKey: 'a-1', id: 'a-1', name: 'a' }]) {
    try {
      const result: unknown = call(given, always, always);
      if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
        for await (const _ of result as AsyncIterable<unknown>); // it iterates
      } else await result;
    } catch {
      // refused, or no such record: what counts is what was sent
    }
  }
}
