import type { Owner } from '../../../domain/faults.ts';

/** What is needed and on which screen: the part of an outcome that depends on the kind of credential. */
export interface Cure {
  readonly needed: string;
  readonly where: string;
}

/** A level that is too low. */
export interface LowLevel {
  readonly tool: string;
  /** The directory user of the credential, by its name. */
  readonly user: string;
  /** Whether it has a permission template. */
  readonly hasTemplate: boolean;
  /** The name of that template, or of one that was likely meant; undefined if none is known. */
  readonly template: string | undefined;
}

/**
 * How one kind of service credential gets its rights and its projects, and the screens that fix them (facts: procore sections
 * 1.4 and 3.4). Checks are the same for every kind; only these words and few facts differ.
 */
export interface CredentialKind {
  /** Where levels come from: permission templates given to the user by hand, or what the app's manifest asks for. */
  readonly rightsFrom: 'templates' | 'manifest';
  /** Shown once the credential is proven: what may be closed now. */
  readonly proven: string;
  readonly wrongSecret: Cure;
  readonly wrongCompany: Cure;
  readonly notConnected: Cure;
  /** Who raises a level that is too low, and where. */
  readonly levelOwner: Owner;
  companyLevelAt(low: LowLevel): string;
  projectLevelAt(low: LowLevel): string;
  /** Where the user is added to projects. */
  projectsAt(user: string): string;
  /** What it means if Procore does not add the user to new projects by itself: a gap that blocks, or more work for the admin. */
  readonly withoutNewProjects: 'gap' | 'by-hand';
  newProjectsAt(user: string): string;
}
