import type { PartnerName } from '../domain/partners.ts';
import type { Partner, PartnerDeclaration } from './contract.ts';
import { createHammertech, declaration as hammertech } from './hammertech/index.ts';

/** What each partner says of itself. */
export const declarations: Readonly<Record<PartnerName, PartnerDeclaration>> = { hammertech };

/** Every partner by its name; made once a process, since clients of one partner share their sessions. */
export type Partners = Readonly<Record<PartnerName, Partner>>;

export const createPartners = (): Partners => ({ hammertech: createHammertech() });
