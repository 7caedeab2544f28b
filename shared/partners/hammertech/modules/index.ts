import type { Stream } from '../../stream.ts';
import { incidents } from './incidents.ts';
import { notes } from './notes.ts';
import { observations } from './observations.ts';
import { visitors } from './visitors.ts';

/** What the modules of this folder carry. Each is off until somebody switches it on. */
export const moduleStreams: readonly Stream[] = [visitors, incidents, observations, notes];
