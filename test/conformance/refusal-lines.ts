import { inspect } from 'node:util';
import { Fault, type FaultKind } from '../../shared/domain/faults.ts';
import { always, type ClientBench, faultOf, firstList, firstWrite, holds, isKind, rowsOf, same } from './client-bench.ts';
import type { Line } from './line.ts';

/** A refusal, what it may be called, and whether a write surely did not happen after it. */
const refusals: readonly (readonly [number, readonly FaultKind[], 'surely-not-done' | 'unknown'])[] = [
  [302, ['vendor-unavailable'], 'unknown'],
  [400, ['validation-rejected'], 'surely-not-done'],
  [401, ['partner-credential-rejected'], 'surely-not-done'],
  [403, ['partner-scope-missing'], 'surely-not-done'],
  [404, ['validation-rejected'], 'surely-not-done'],
  [408, ['time-out'], 'unknown'],
  [409, ['conflict', 'validation-rejected'], 'surely-not-done'],
  [413, ['validation-rejected'], 'surely-not-done'],
  [422, ['validation-rejected'], 'surely-not-done'],
  [429, ['rate-limited'], 'surely-not-done'],
  [500, ['vendor-unavailable'], 'unknown'],
  [502, ['vendor-unavailable'], 'unknown'],
  [503, ['vendor-unavailable'], 'unknown'],
];

const longAnswer = 17 * 1024 * 1024;
const shortDeadlineMs = 300;

/** What becomes of a far side's refusals, silence and limits, and what is known of a write then. */
export const refusalLines: readonly Line<ClientBench>[] = [
  ...refusals.map(
    ([status, kinds, effect]): Line<ClientBench> => ({
      says: `an answer of ${status} is ${kinds.join(' or ')}; a write was ${effect === 'unknown' ? 'perhaps' : 'surely not'} done; its text is not repeated`,
      async prove(bench) {
        bench.answer({ status, text: JSON.stringify({ message: 'Olga Worker' }) });
        const client = bench.open();
        const reading = await faultOf(rowsOf(firstList(bench), client));
        bench.relay.forget();
        const writing = await faultOf(firstWrite(bench).write(client, always, 1));
        for (const fault of [reading, writing]) {
          isKind(fault, ...kinds);
          same(fault.detail.status, status, 'the status');
          holds(!fault.message.includes('Olga'), `the text is repeated: ${fault.message}`);
        }
        same(reading.detail.effect, undefined, 'the effect of a reading');
        same(writing.detail.effect, effect, 'the effect of a write');
        // one more may go out with a fresh login
        const writes = bench.calls().filter(({ method }) => method !== 'GET').length;
        holds(writes === 1 || (status === 401 && writes === 2), `${writes} requests of one write`);
      },
    }),
  ),
  {
    says: 'a connection that is cut is the network’s, and a write may have happened, once',
    async prove(bench) {
      bench.meddle(async () => 'cut');
      const client = bench.open();
      isKind(await faultOf(rowsOf(firstList(bench), client)), 'network');
      bench.relay.forget();
      const writing = await faultOf(firstWrite(bench).write(client, always, 1));
      isKind(writing, 'network');
      same([writing.detail.effect, bench.calls().length], ['unknown', 1], 'effect and number of sendings');
    },
  },
  {
    says: 'a write whose answer is cut off has happened, and is called unknown',
    async prove(bench) {
      bench.meddle(async (_, forward) => {
        await forward();
        return 'cut';
      });
      const fault = await faultOf(firstWrite(bench).write(bench.open(), always, 2));
      same([fault.detail.effect, bench.committed()], ['unknown', 1], 'effect and records');
    },
  },
  {
    says: 'a far side that does not answer is given up at the deadline, and a write may have happened, once',
    async prove(bench) {
      bench.meddle(async () => 'silence');
      const client = bench.open({ httpDeadlineMs: shortDeadlineMs });
      isKind(await faultOf(rowsOf(firstList(bench), client)), 'time-out');
      bench.relay.forget();
      const writing = await faultOf(firstWrite(bench).write(client, always, 1));
      isKind(writing, 'time-out');
      same([writing.detail.effect, bench.calls().length], ['unknown', 1], 'effect and number of sendings');
    },
  },
  {
    says: 'a reading that is called off ends with the reason of its signal',
    async prove(bench) {
      const stop = new AbortController();
      const reason = new Error('stop asked for');
      bench.meddle(async () => {
        stop.abort(reason);
        return 'silence';
      });
      const thrown = await rowsOf(firstList(bench), bench.open({ signal: stop.signal })).catch((error: unknown) => error);
      holds(thrown === reason, `not the reason: ${String(thrown)}`);
    },
  },
  {
    says: 'an answer that grows beyond all measure is given up',
    async prove(bench) {
      bench.answer({ text: `"${'x'.repeat(longAnswer)}"` });
      isKind(await faultOf(rowsOf(firstList(bench), bench.open())), 'vendor-unavailable');
    },
  },
  ...[429, 503].map(
    (status): Line<ClientBench> => ({
      says: `a short wait that comes with ${status} is sat out by a reading, with signs of life; a long one is thrown with its end`,
      async prove(bench) {
        let calls = 0;
        bench.meddle(async (_, forward) => {
          calls += 1;
          return calls === 1 ? { status, headers: { 'retry-after': '1' }, text: '' } : forward();
        });
        let told = 0;
        await rowsOf(firstList(bench), bench.open({ onWait: () => (told += 1) }));
        holds(told > 0, 'nobody was told of the wait');
        bench.answer({ status, headers: { 'retry-after': '300' } });
        const startedMs = Date.now();
        const { detail } = await faultOf(rowsOf(firstList(bench), bench.open()));
        const waitMs = (detail.waitUntilMs ?? 0) - startedMs;
        holds(waitMs > 290_000 && waitMs < 310_000, `a wait of ${waitMs} ms`);
      },
    }),
  ),
  {
    says: 'a write waits for nothing: even a short wait is thrown with its end, after one sending',
    async prove(bench) {
      bench.answer({ status: 429, headers: { 'retry-after': '1' } });
      const { detail } = await faultOf(firstWrite(bench).write(bench.open(), always, 1));
      holds(detail.waitUntilMs !== undefined, 'the wait has no end');
      same(bench.calls().length, 1, 'sendings');
    },
  },
  {
    says: 'a limit without a stated wait is thrown as what it is, and nobody guesses how long',
    async prove(bench) {
      bench.answer({ status: 429 });
      const fault = await faultOf(rowsOf(firstList(bench), bench.open()));
      isKind(fault, 'rate-limited');
      same([fault.detail.waitUntilMs, bench.calls().length], [undefined, 1], 'wait and calls');
    },
  },
  {
    says: 'a write whose claim has ended, or whose login cannot be had, is not sent, and surely not done',
    async prove(bench) {
      const sealed = () => Promise.reject(new Fault('partner-credential-rejected'));
      for (const write of bench.subject.writes) {
        const late = await faultOf(write.write(bench.open(), () => false, 3));
        const without = await faultOf(write.write(bench.open({ secret: sealed }), always, 3));
        same([late.detail.effect, without.detail.effect], ['surely-not-done', 'surely-not-done'], `the effects of ${write.name}`);
      }
      same([bench.calls().length, bench.committed()], [0, 0], 'requests and records');
    },
  },
  {
    says: 'a far side that cannot be reached is the network’s, and a write surely not done',
    async prove(bench) {
      const origins = Object.fromEntries(Object.keys(bench.origins).map((name) => [name, 'http://127.0.0.1:9']));
      const client = bench.open({ origins });
      isKind(await faultOf(rowsOf(firstList(bench), client)), 'network');
      same((await faultOf(firstWrite(bench).write(client, always, 1))).detail.effect, 'surely-not-done', 'the effect');
    },
  },
  {
    says: 'each write is one request, and one record',
    async prove(bench) {
      const client = bench.open();
      let of = 10;
      for (const write of bench.subject.writes) {
        bench.relay.forget();
        const before = bench.committed();
        of += 1;
        await write.write(client, always, of);
        same([bench.calls().length, bench.committed() - before], [1, 1], `requests and records of ${write.name}`);
      }
    },
  },
  {
    says: 'every answered request is told, so that calls can be counted',
    async prove(bench) {
      let told = 0;
      const client = bench.open({ onCall: () => (told += 1) });
      for (const list of bench.subject.lists) await rowsOf(list, client);
      same(told, bench.calls().length, 'calls that were told');
    },
  },
  {
    says: 'no fault and no printed client shows a secret, even where the far side repeats it',
    async prove(bench) {
      bench.meddle(async ({ authorization }) => ({ status: 500, headers: {}, text: `{"message":"${authorization}"}` }));
      const client = bench.open();
      const faults = [await faultOf(rowsOf(firstList(bench), client)), await faultOf(firstWrite(bench).write(client, always, 1))];
      const printed = inspect([faults, client], { depth: 20, showHidden: true, getters: true });
      const bearers = bench.calls().map(({ authorization }) => authorization?.split(' ')[1] ?? 'none');
      for (const secret of [bench.subject.login.secret, ...bearers]) holds(!printed.includes(secret), 'a secret is printed');
    },
  },
  {
    says: 'a stored login that is not complete is the credential’s fault; an origin that is not passed on is named',
    prove(bench) {
      const [first = ''] = Object.keys(bench.subject.login.shown);
      const { [first]: _, ...rest } = bench.subject.login.shown;
      const incomplete = thrownBy(() => bench.open({ shown: rest }));
      holds(
        incomplete instanceof Fault && incomplete.kind === 'partner-credential-rejected',
        `not a login: ${String(incomplete)}`,
      );
      same(incomplete instanceof Fault && incomplete.detail.needed, bench.partner.login.cure.needed, 'what mends it');
      for (const setting of bench.partner.originSettings) {
        const { [setting]: _gone, ...others } = bench.origins;
        holds(String(thrownBy(() => bench.open({ origins: others }))).includes(setting), `${setting} is not named`);
      }
    },
  },
];

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return 'nothing was thrown';
  } catch (error) {
    return error;
  }
}
