import { afterAll, beforeAll } from '@jest/globals';
import { type LiveAcme, liveAcme } from './live-acme.ts';
import { describeRefusedStreams } from './refused-streams.ts';
import { describeTrueConnection } from './true-connection.ts';

let live: LiveAcme;

beforeAll(async () => {
  live = await liveAcme();
}, 300_000);

afterAll(() => live.close(), 60_000);

describeRefusedStreams(() => live);
describeTrueConnection(() => live);
