import { z } from 'zod';
import { farSideId } from './ids.ts';
import { matchKinds, projectChoice } from './projects.ts';

/**
 * What people decide, as command rows: written by the API in the name of a key or a signed-in person, re-read under the tenant by
 * whoever applies them. Their kinds and inputs, in one place for both ends.
 */
export const commandInputs = {
  /** Which projects are to be synced; applies to `assignProjects`. */
  'choose-projects': projectChoice,
  /**
   * The admin has seen in Procore that new projects get the sync user, where Procore's API does not say so. Applies to `assignProjects`.
   */
  'confirm-future': z.strictObject({}),
  /** Go live as the dry run of that time showed; applies to `confirm`. */
  confirm: z.strictObject({ dryRunAt: z.iso.datetime() }),
  /** A pair chosen by a person; `procoreId: null` = it has no counterpart and is left out. Applies to `matchRecords`. */
  'decide-match': z.strictObject({ kind: z.enum(matchKinds), partnerId: farSideId, procoreId: farSideId.nullable() }),
} as const;

export type StepCommandKind = keyof typeof commandInputs;

export const stepOfCommand: Readonly<Record<StepCommandKind, string>> = {
  'choose-projects': 'assignProjects',
  'confirm-future': 'assignProjects',
  confirm: 'confirm',
  'decide-match': 'matchRecords',
};

export const isStepCommandKind = (kind: string): kind is StepCommandKind => Object.hasOwn(commandInputs, kind);
