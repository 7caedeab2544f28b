import type { PartnerName } from '../../shared/domain/partners.ts';
import { hammertech } from './hammertech.ts';
import { part3 } from './part3.ts';
import type { Subject } from './subject.ts';

/** What each partner supplies to be proven. A partner without it does not compile. */
export const subjects: Readonly<Record<PartnerName, Subject>> = { hammertech, part3 };
