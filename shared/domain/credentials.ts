/**
 * Kinds of service credential at Procore, and the one list that names them: how each gets its rights, and what mends it, is a file of its
 * own in a partner's folder (docs/adr/0018).
 */
export const serviceKinds = ['legacy', 'customer-app', 'dmsa'] as const;
export type ServiceKind = (typeof serviceKinds)[number];

export const isServiceKind = (kind: string): kind is ServiceKind => serviceKinds.some((known) => known === kind);

/** What a credential is for; a step of the plan `proves` it. */
export const credentialPurposes = ['procore-service', 'partner-login'] as const;
export type CredentialPurpose = (typeof credentialPurposes)[number];

/** The end of a client secret, by which people tell it from another. A password is a person's own: nothing of it is kept in plain. */
export const lastFourOf = (purpose: CredentialPurpose, secret: string): string | null =>
  purpose === 'partner-login' ? null : secret.slice(-4);

/**
 * Of each purpose a connection has at most one credential `in-force`: everything is read and written with it. While the connection is
 * not live, the newest is in force from the moment it was submitted. On a live one a new one is `proposed` first: care proves it by the
 * check of its step, for the same company. Proven, it takes the place of the former in one unit of work, together with the identity
 * it was seen to have. `refused`, it stays visible with its reason and is looked at again, while the former serves. Whichever leaves its
 * place, to a proven one or to a newer proposal, is `superseded` for good.
 */
export const credentialStates = ['in-force', 'proposed', 'refused', 'superseded'] as const;
export type CredentialState = (typeof credentialStates)[number];

/** Where a credential may go from each state; the store moves it nowhere else. */
export const credentialTransitions: Readonly<Record<CredentialState, readonly CredentialState[]>> = {
  proposed: ['in-force', 'refused', 'superseded'],
  refused: ['in-force', 'superseded'],
  'in-force': ['superseded'],
  superseded: [],
};

/** States a credential may be in to reach this one. */
export const credentialSources = (to: CredentialState): readonly CredentialState[] =>
  credentialStates.filter((from) => credentialTransitions[from].includes(to));
