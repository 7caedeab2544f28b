import type { Owner } from '../../../domain/faults.ts';

/** What is needed and on which screen: the half of an outcome that a kind of credential knows best. */
export interface Cure {
  readonly needed: string;
  readonly where: string;
}

/** A level that is too low. */
export interface LowLevel {
  readonly tool: string;
  /** The directory user of the credential, by its name. */
  readonly user: string;
  /** Whether a permission template was given to it. */
  readonly hasTemplate: boolean;
  /** The name of that template, or of one that was likely meant; undefined where none is known. */
  readonly template: string | undefined;
}

/**
 * How one kind of service credential gets its rights and its projects, and the screens that mend it (facts: procore sections 1.4 and
 * 3.4). Checks are the same for every kind; only these words and the few facts beside them differ.
 */
export interface CredentialKind {
  /** Where levels come from: permission templates given to the user by hand, or what the app's manifest asks for. */
  readonly rightsFrom: 'templates' | 'manifest';
  /** Said once the credential is proven: what may be closed now. */
  readonly proven: string;
  readonly wrongSecret: Cure;
  readonly wrongCompany: Cure;
  readonly notConnected: Cure;
  /** Who raises a level that is too low, and where. */
  readonly levelOwner: Owner;
  companyLevelAt(low: LowLevel): string;
  projectLevelAt(low: LowLevel): string;
  /** Where the user is put on projects. */
  projectsAt(user: string): string;
  /** What it means that Procore does not add the user to new projects by itself: a gap that holds up, or more work for the admin. */
  readonly withoutNewProjects: 'gap' | 'by-hand';
  newProjectsAt(user: string): string;
}
