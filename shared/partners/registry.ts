import type { PartnerName } from '../domain/partners.ts';
import type { Partner, PartnerDeclaration } from './contract.ts';
import { createHammertech, declaration as hammertech } from './hammertech/index.ts';
import { createPart3, declaration as part3 } from './part3/index.ts';

/** What each partner declares about itself. */
export const declarations: Readonly<Record<PartnerName, PartnerDeclaration>> = { hammertech, part3 };

/** Every partner by its name; made once per process, since clients of one partner share their sessions. */
export type Partners = Readonly<Record<PartnerName, Partner>>;

export const createPartners = (): Partners => ({ hammertech: createHammertech(), part3: createPart3() });
