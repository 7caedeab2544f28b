import { z } from 'zod';
import { backfillChoice } from './contractors.ts';
import { farSideId } from './ids.ts';
import { matchKinds, projectChoice } from './projects.ts';

const chosenProject = z.strictObject({ companyId: farSideId, projectId: farSideId });

/**
 * People's decisions, as command rows: written by the API in the name of a key or a signed-in person, re-read under the tenant
 * by whatever applies them. Their kinds and inputs, in one place for both ends.
 */
export const commandInputs = {
  /** Which projects are to be synced; applies to `assignProjects`. */
  'choose-projects': projectChoice,
  /** An admin saw in Procore that new projects get the sync user, if its API does not say so. Applies to `assignProjects`. */
  'confirm-future': z.strictObject({}),
  /** Go live as shown by the dry run of that time; applies to `confirm`. */
  confirm: z.strictObject({ dryRunAt: z.iso.datetime() }),
  /** A pair chosen by a person; `procoreId: null`: it has no counterpart and is left out. Applies to `matchRecords`. */
  'decide-match': z.strictObject({ kind: z.enum(matchKinds), partnerId: farSideId, procoreId: farSideId.nullable() }),
  /** The contractor says that they are an admin and may connect a project. Applies to `confirmRole`. */
  'confirm-role': z.strictObject({}),
  /** One project of the contractor's own list. Applies to `chooseProject`. */
  'choose-project': chosenProject,
  /** The button that names company and project was pressed. Applies to `createConnection`. */
  connect: chosenProject,
  /**
   * The prime consultant accepts that this person connects this company, though others were invited. Applies to
   * `createConnection`.
   */
  'accept-contractor': z.strictObject({ companyId: farSideId, procoreUserId: farSideId }),
  /** The same for a person who signed in in place of a connected project's owner. Applies to `authorizeContractor`. */
  'accept-owner': z.strictObject({ companyId: farSideId, procoreUserId: farSideId }),
  /** What a company's response means at the partner; null: nothing, such answers are never given. Applies to `mapResponses`. */
  'map-response': z.strictObject({ responseId: farSideId, name: z.string().min(1).max(200).nullable() }),
  /** How much of the past is brought over. Applies to `backfill`. */
  'choose-backfill': backfillChoice,
} as const;

export type StepCommandKind = keyof typeof commandInputs;

export const stepOfCommand: Readonly<Record<StepCommandKind, string>> = {
  'choose-projects': 'assignProjects',
  'confirm-future': 'assignProjects',
  confirm: 'confirm',
  'decide-match': 'matchRecords',
  'confirm-role': 'confirmRole',
  'choose-project': 'chooseProject',
  connect: 'createConnection',
  'accept-contractor': 'createConnection',
  'accept-owner': 'authorizeContractor',
  'map-response': 'mapResponses',
  'choose-backfill': 'backfill',
};

/**
 * Decided during onboarding, once and for all: a live connection takes none of them. All others are taken by care as well, so every
 * plan repeats their steps there.
 */
const ofOnboarding: ReadonlySet<string> = new Set<StepCommandKind>([
  'confirm',
  'confirm-role',
  'choose-project',
  'connect',
  'accept-contractor',
]);

export const isOfOnboarding = (kind: string): boolean => ofOnboarding.has(kind);

export const isStepCommandKind = (kind: string): kind is StepCommandKind => Object.hasOwn(commandInputs, kind);
