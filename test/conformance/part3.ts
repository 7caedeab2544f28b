import { part3Client } from './part3-client.ts';
import { part3Streams } from './part3-streams.ts';
import type { Subject } from './subject.ts';

export const part3: Subject = { name: 'part3', client: part3Client, streams: part3Streams };
