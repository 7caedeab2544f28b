import os from 'node:os';

/** Median and range over the rounds that counted, in the unit the benchmark names. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
}

/** One benchmark: ours against theirs in one run on one machine. Gates stand on the ratio, never on a time. */
export interface BenchResult {
  readonly name: string;
  readonly ratio: number;
  /** As people read it, e.g. `>= 500`. */
  readonly gate: string;
  readonly ok: boolean;
  readonly ours: Spread;
  readonly theirs: Spread;
  /** Rounds that counted; the first one never does. */
  readonly rounds: number;
  readonly machine: Machine;
  /** Where one benchmark has several gates: each, the tightest of them standing above. */
  readonly parts?: readonly Omit<BenchResult, 'machine' | 'parts'>[];
}

export function thisMachine(): Machine {
  const cores = os.cpus();
  return {
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()} ${os.release()}`,
    node: process.version,
  };
}

export function spreadOf(values: readonly number[], unit: string): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const half = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, least: at(0), most: at(sorted.length - 1), unit };
}
