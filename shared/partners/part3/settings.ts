import { z } from 'zod';
import type { ConsentKind } from '../../domain/consents.ts';
import type { InvitationWords, LoginForm, SupportContact } from '../contract.ts';

/** What may be shown of a Part3 login: its organisation. The token is stored alongside, sealed. */
export const partnerLogin = z.strictObject({
  organisation: z.string().trim().min(1, 'send the name of the Part3 organisation').max(200),
});

export const login: LoginForm = {
  shown: partnerLogin,
  secret: { name: 'token', schema: z.string().trim().min(16, 'send the whole token').max(1000) },
  example: { organisation: 'North Studio', token: 'write-only, never shown' },
  cure: {
    needed: 'A token of your organisation that works.',
    where: 'At Part3: the settings of your organisation; then submit it on this page: Part3 token.',
  },
};

export const originSettings = ['PART3_API_URL'] as const;

/** Part3's published help centre; its support hours are assumed (docs/partners/part3.md). */
export const support: SupportContact = { contact: 'https://help.part3.io', hours: 'Monday to Friday, office hours' };

/** What an invited contractor reads. */
export const invitation: InvitationWords = {
  purpose: 'RFIs and submittals then go back and forth by themselves, and answers carry the name of whoever gave them.',
  touches: [
    'We read your name and e-mail address in Procore, and of which projects you are an admin',
    'We read the RFIs and submittals of the one project you choose, with their files, where the design team takes part',
    'We read the names of the project’s people, to find the design team among them',
    'Answers are written by the design team, each with an authorization of their own, never with yours',
    'We change nothing else, and no item that the design team has no part in is read into Part3',
  ],
};

export const moduleNames: readonly string[] = ['rfis', 'submittals'];

const rfiSettings = z.strictObject({
  requireBall: z.boolean().default(false).meta({
    description: 'Whether a reply is sent only while its author holds the ball; else it is enough that the RFI is open',
  }),
  sendEmails: z.boolean().default(true).meta({ description: 'Whether Procore mails a reply to those it concerns' }),
  advanceBall: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether the ball is passed on for its author where the reply did not move it' }),
  official: z.enum(['when-allowed', 'never']).default('when-allowed').meta({
    description: 'Whether a reply that its author marks so becomes the official one, where that person may do this in Procore',
  }),
  close: z
    .enum(['leave', 'when-allowed'])
    .default('leave')
    .meta({ description: 'Whether an official reply closes the RFI; else its manager does' }),
});

const submittalSettings = z.strictObject({
  sendEmails: z.boolean().default(true).meta({ description: 'Whether Procore mails a response to those it concerns' }),
  coverPage: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether a cover page is put before the documents that are returned' }),
});

const intakeSettings = z.strictObject({
  which: z.enum(['design-side', 'all-non-private']).default('design-side').meta({
    description:
      'Items a design-side member takes part in; or all that are not private, for which the contractor’s consent is asked and kept',
  }),
});

/** What an admin may set. */
export const settings = z.strictObject({
  rfis: rfiSettings.prefault({}),
  submittals: submittalSettings.prefault({}),
  intake: intakeSettings.prefault({}),
});

/** `all-non-private` is in force only while the contractor agrees; else it is merely requested. */
export function withConsents(asked: unknown, consents: readonly ConsentKind[]): z.output<typeof settings> {
  const all = settings.parse(asked);
  const isAgreed = consents.includes('all-non-private');
  return all.intake.which === 'all-non-private' && !isAgreed ? { ...all, intake: { which: 'design-side' } } : all;
}
