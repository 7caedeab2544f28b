import { z } from 'zod';

/** Roles that allow a person to connect a project. */
export const connectingRoles = ['company-directory', 'project-directory', 'rfis-and-submittals'] as const;
export type ConnectingRole = (typeof connectingRoles)[number];

/** Shown to people, after "you are". */
export const roleWords = {
  'company-directory': 'Admin on the company’s Directory',
  'project-directory': 'Admin on the project’s Directory',
  'rfis-and-submittals': 'Admin on RFIs and on Submittals',
} as const satisfies Record<ConnectingRole, string>;

/** How long a contractor may take the connection back after agreeing to it. */
const undoMs = 24 * 60 * 60 * 1000;

/** Null if it was not connected yet, or the contractor cannot take it back any more. */
export function undoUntil({ boundAt }: { readonly boundAt: Date | null }, nowMs: number): Date | null {
  const until = boundAt === null ? null : new Date(boundAt.getTime() + undoMs);
  return until !== null && until.getTime() > nowMs ? until : null;
}

/** A project of the contractor's own list in Procore, with what they may do about it. */
export const offeredProject = z.object({
  companyId: z.string(),
  companyName: z.string(),
  projectId: z.string(),
  projectName: z.string(),
  number: z.string().nullable(),
  city: z.string().nullable(),
  timeZone: z.string().nullable(),
  /** Null: none, or not looked at yet (`looked`). */
  role: z.enum(connectingRoles).nullable(),
  looked: z.boolean(),
});
export type OfferedProject = Readonly<z.infer<typeof offeredProject>>;

/** How much of the past is brought over when a project is connected. */
export const backfillChoice = z.discriminatedUnion('which', [
  z.strictObject({ which: z.literal('none') }),
  z.strictObject({ which: z.literal('open') }),
  z.strictObject({ which: z.literal('since'), since: z.iso.date() }),
]);
export type BackfillChoice = z.infer<typeof backfillChoice>;

/** What a response of a project in Procore means at the partner. */
export const responseMapping = z.object({
  responseId: z.string(),
  name: z.string(),
  considered: z.string().nullable(),
  state: z.enum(['mapped', 'none', 'new']),
  /** As the partner's people see it. */
  partnerName: z.string().nullable(),
  decidedBy: z.string().nullable(),
});
export type ResponseMapping = Readonly<z.infer<typeof responseMapping>>;
