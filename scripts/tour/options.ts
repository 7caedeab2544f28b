import { parseArgs } from 'node:util';
import { z } from 'zod';
import { inHaste, type Manner, unhurried } from './browsing/pace.ts';

const partnerNames = ['hammertech', 'part3'] as const;

/** The options of a tour. */
export interface TourOptions {
  readonly partners: readonly (typeof partnerNames)[number][];
  /** One JSON object on standard output; everything else goes to standard error. */
  readonly json: boolean;
  /** How people go through pages. */
  readonly manner: Manner;
  readonly patienceMs: number;
  /** Modules of HammerTech to switch on in addition to those that are on. */
  readonly modules: 'all' | readonly string[];
  /** A file that gets every response as received. */
  readonly record: string | undefined;
}

/** `wait`: how an unhurried person spends time. Throws on unknown options. */
export function tourOptions(words: readonly string[], wait: (ms: number) => Promise<void>): TourOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      json: { type: 'boolean', default: false },
      patience: { type: 'string', default: '120' },
      record: { type: 'string' },
      unhurried: { type: 'boolean', default: false },
      modules: { type: 'string', default: '' },
      partner: { type: 'string', multiple: true, default: [...partnerNames] },
    },
  });
  return {
    partners: z.array(z.enum(partnerNames)).parse(values.partner),
    json: values.json,
    manner: values.unhurried ? unhurried(wait) : inHaste,
    patienceMs: z.coerce.number().positive().parse(values.patience) * 1000,
    modules: values.modules === 'all' ? 'all' : values.modules.split(',').filter((name) => name !== ''),
    record: values.record,
  };
}
