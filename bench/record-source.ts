import { Worker } from 'node:worker_threads';

/** A far side without latency, on a thread of its own: lists records in pages that were rendered beforehand. */
export interface RecordSource {
  readonly origin: string;
  close(): Promise<void>;
}

export const recordsInAll = 20_000;
export const perPage = 100;

const server = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const { recordsInAll, perPage } = workerData;
const recordOf = (index) => ({
  id: 562949953421312 + index,
  subject: 'Clarify the detail at grid line ' + index,
  status: index % 3 === 0 ? 'closed' : 'open',
  number: 'RFI-' + index,
  due_date: '2026-11-' + String(1 + (index % 28)).padStart(2, '0'),
  private: index % 7 === 0,
  assignee: { id: 4100000 + (index % 50), name: 'Person ' + (index % 50) },
  ball_in_court: [{ id: 4100000 + (index % 50), name: 'Person ' + (index % 50), login: 'person' + (index % 50) + '@example.example' }],
  question: 'The drawing shows two walls where the specification asks for one; which of them stands? '.repeat(2),
  created_at: '2026-10-01T08:00:00Z',
  updated_at: '2026-11-01T08:00:00Z',
});
const pages = [];
for (let from = 0; from < recordsInAll; from += perPage)
  pages.push(Buffer.from(JSON.stringify(Array.from({ length: perPage }, (_, at) => recordOf(from + at)))));
const http = createServer((request, response) => {
  const page = Number(new URL(request.url, 'http://localhost').searchParams.get('page'));
  const body = pages[page - 1] ?? Buffer.from('[]');
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, total: String(recordsInAll), 'per-page': String(perPage) });
  response.end(body);
});
http.keepAliveTimeout = 60000;
http.listen(0, '127.0.0.1', () => parentPort.postMessage(http.address().port));
`;

export async function startRecordSource(): Promise<RecordSource> {
  const thread = new Worker(server, { eval: true, workerData: { recordsInAll, perPage } });
  const port = await new Promise<number>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      await thread.terminate();
    },
  };
}
