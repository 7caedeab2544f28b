import axios from 'axios';
import { Client } from 'pg';
import { Pool as HttpPool } from 'undici';
import { startBenchDatabase } from './database.ts';
import { pullGround } from './pull-ground.ts';
import { perPage, recordsInAll, startRecordSource } from './record-source.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';

const rounds = 5;
const gates = { naive: 5, ceiling: 0.25 };

/**
 * 20,000 records from a source without latency into Postgres and out as deliveries. Ours: the sync activity, whole, with its HTTP
 * policy, zod, mapping, hashes, classes, deliveries and checkpoints under row-level security. Theirs: a loop of axios, JSON.parse and
 * one upsert a row; and the ceiling, undici, JSON.parse and batches of 500 into one table, without anything else.
 */
export async function run(): Promise<BenchResult> {
  const [database, source] = await Promise.all([startBenchDatabase(), startRecordSource()]);
  const urls = await database.create('throughput');
  const ground = await pullGround(urls, source.origin);
  const plain = new Client({ connectionString: urls.adminUrl });
  await plain.connect();
  await plain.query('CREATE TABLE plain_record (id text PRIMARY KEY, record jsonb NOT NULL, updated_at timestamptz NOT NULL)');
  const taken = { ours: [] as number[], naive: [] as number[], ceiling: [] as number[] };
  const contests = {
    ours: async () => {
      const cycle = await ground.freshLink();
      const microseconds = await timed(cycle);
      if ((await ground.queued()) !== recordsInAll) throw new Error('not every record became a delivery');
      return microseconds;
    },
    naive: () => emptied(plain, () => naiveLoop(plain, source.origin)),
    ceiling: () => emptied(plain, () => ceilingLoop(plain, source.origin)),
  };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const order = Object.keys(contests) as (keyof typeof contests)[]; // the keys of the object above
      for (const side of round % 2 === 0 ? order : order.toReversed()) {
        const microseconds = await contests[side]();
        if (round > 0) taken[side].push(microseconds);
      }
    }
  } finally {
    await Promise.all([ground.close(), plain.end(), source.close()]);
    await database.stop();
  }
  const against = (name: string, theirs: readonly number[], gate: number) => {
    const ratio = spreadOf(
      theirs.map((microseconds, round) => microseconds / (taken.ours[round] ?? Number.NaN)),
      '',
    ).median;
    const unit = 'µs per record';
    return {
      name,
      ratio,
      gate: `>= ${gate}`,
      ok: ratio >= gate,
      ours: spreadOf(taken.ours, unit),
      theirs: spreadOf(theirs, unit),
      rounds,
    };
  };
  const naive = against('a row at a time', taken.naive, gates.naive);
  const ceiling = against('ceiling', taken.ceiling, gates.ceiling);
  const tightest = naive.ratio / gates.naive < ceiling.ratio / gates.ceiling ? naive : ceiling;
  return { ...tightest, name: 'sync-throughput', ok: naive.ok && ceiling.ok, machine: thisMachine(), parts: [naive, ceiling] };
}

/** Microseconds per record. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1000 / recordsInAll;
}

async function emptied(plain: Client, work: () => Promise<void>): Promise<number> {
  await plain.query('TRUNCATE plain_record');
  const microseconds = await timed(work);
  const { rows } = await plain.query('SELECT count(*)::int AS stored FROM plain_record');
  if (rows[0].stored !== recordsInAll) throw new Error('not every record was stored');
  return microseconds;
}

interface PlainRecord {
  readonly id: number;
  readonly updated_at: string;
}

async function naiveLoop(plain: Client, origin: string): Promise<void> {
  for (let page = 1; ; page += 1) {
    const answer = await axios.get<string>(`${origin}/records?page=${page}&per_page=${perPage}`, {
      responseType: 'text',
      transformResponse: [(text: unknown) => text],
    });
    const records: readonly PlainRecord[] = JSON.parse(answer.data);
    for (const record of records) {
      await plain.query(
        `INSERT INTO plain_record VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at = excluded.updated_at`,
        [record.id, JSON.stringify(record), record.updated_at],
      );
    }
    if (records.length < perPage) return;
  }
}

async function ceilingLoop(plain: Client, origin: string): Promise<void> {
  const http = new HttpPool(origin, { connections: 1 });
  let batch: PlainRecord[] = [];
  const flush = async () => {
    if (batch.length === 0) return;
    const text = JSON.stringify(batch);
    batch = [];
    await plain.query(
      `INSERT INTO plain_record SELECT r ->> 'id', r, (r ->> 'updated_at')::timestamptz FROM jsonb_array_elements($1::jsonb) AS r
       ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at = excluded.updated_at`,
      [text],
    );
  };
  for (let page = 1; ; page += 1) {
    const answer = await http.request({ method: 'GET', path: `/records?page=${page}&per_page=${perPage}` });
    const records: readonly PlainRecord[] = JSON.parse(await answer.body.text());
    batch.push(...records);
    if (batch.length >= 500) await flush();
    if (records.length < perPage) break;
  }
  await flush();
  await http.close();
}
