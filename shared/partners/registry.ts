import type { PartnerName } from '../domain/partners.ts';
import type { Partner } from './contract.ts';
import { createHammertech } from './hammertech/index.ts';

/** Every partner by its name; made once a process, since clients of one partner share their sessions. */
export type Partners = Readonly<Record<PartnerName, Partner>>;

export const createPartners = (): Partners => ({ hammertech: createHammertech() });
