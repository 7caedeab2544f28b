import type { Plans } from '../../shared/domain/steps.ts';
import { hammertech } from './hammertech.ts';
import { part3 } from './part3.ts';

/** The ordered steps of each partner's onboarding. */
export const plans: Plans = { hammertech, part3 };
