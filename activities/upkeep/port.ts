import type { TemporalRuns } from '../../shared/temporal/runs.ts';

/** Temporal as far as upkeep and the start of loops need it. */
export type Runs = Pick<TemporalRuns, 'startWanted' | 'deliverCommand' | 'listRunning' | 'stop'>;
