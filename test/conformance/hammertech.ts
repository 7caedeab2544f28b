import { hammertechClient } from './hammertech-client.ts';
import { hammertechStreams } from './hammertech-streams.ts';
import type { Subject } from './subject.ts';

export const hammertech: Subject = { name: 'hammertech', client: hammertechClient, streams: hammertechStreams };
