import type { Stream } from '../../stream.ts';
import { incidents } from './incidents.ts';
import { notes } from './notes.ts';
import { observations } from './observations.ts';
import { visitors } from './visitors.ts';

/** Streams of the modules of this folder. Each is off by default. */
export const moduleStreams: readonly Stream[] = [visitors, incidents, observations, notes];
