import type { PartnerName } from '../../shared/domain/partners.ts';
import type { Plan } from '../../shared/domain/steps.ts';
import { hammertech } from './hammertech.ts';
import { part3 } from './part3.ts';

/** The ordered steps of each partner's onboarding. */
export const plans: Readonly<Record<PartnerName, Plan>> = { hammertech, part3 };
