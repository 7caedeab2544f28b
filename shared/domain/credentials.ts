/**
 * Kinds of service credential at Procore; the only list of them. How each gets its rights, and what fixes it, is in a file of
 * its own in a partner's folder (docs/adr/0018).
 */
export const serviceKinds = ['legacy', 'customer-app', 'dmsa'] as const;
export type ServiceKind = (typeof serviceKinds)[number];

export const isServiceKind = (kind: string): kind is ServiceKind => serviceKinds.some((known) => known === kind);

/** What a credential is for; a step of the plan `proves` it. */
export const credentialPurposes = ['procore-service', 'partner-login'] as const;
export type CredentialPurpose = (typeof credentialPurposes)[number];

/**
 * The end of a client secret, so that people can tell secrets apart. A password is personal: no part of it is kept in plain
 * text.
 */
export const lastFourOf = (purpose: CredentialPurpose, secret: string): string | null =>
  purpose === 'partner-login' ? null : secret.slice(-4);

/**
 * A connection has at most one credential `in-force` per purpose: everything is read and written with it. While the connection
 * is not live, the newest is in force as soon as it is submitted; a login of the partner only as long as none was proven. After
 * that, and on a live connection, a new credential is first `proposed`: it is proven by the check of its step, for the same
 * company. Once proven, it replaces the former in one unit of work, together
 * with the identity it was seen to have. If `refused`, it stays visible with its reason and is checked again, while the former
 * serves. One that is replaced, by a proven one or by a newer proposal, is `superseded` for good.
 */
export const credentialStates = ['in-force', 'proposed', 'refused', 'superseded'] as const;
export type CredentialState = (typeof credentialStates)[number];

/** Allowed transitions; the store makes no others. */
export const credentialTransitions: Readonly<Record<CredentialState, readonly CredentialState[]>> = {
  proposed: ['in-force', 'refused', 'superseded'],
  refused: ['in-force', 'superseded'],
  'in-force': ['superseded'],
  superseded: [],
};

/** States from which this one can be reached. */
export const credentialSources = (to: CredentialState): readonly CredentialState[] =>
  credentialStates.filter((from) => credentialTransitions[from].includes(to));
