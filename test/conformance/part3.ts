import { part3Client } from './part3-client.ts';
import type { Subject } from './subject.ts';

export const part3: Subject = { name: 'part3', client: part3Client, streams: {} };
