/** Where sealed bytes belong. They open only there: tenant, row and purpose are bound to them (AAD). */
export interface Place {
  readonly tenantId: string;
  readonly rowId: string;
  readonly purpose: string;
}

/** The places of the store's sealed columns, for both sealing and opening. */
export const places = {
  credential: (tenantId: string, credentialId: string): Place => ({ tenantId, rowId: credentialId, purpose: 'credential' }),
  signInCode: (tenantId: string, signInId: string): Place => ({ tenantId, rowId: signInId, purpose: 'sign-in-code' }),
  signInToken: (tenantId: string, signInId: string): Place => ({ tenantId, rowId: signInId, purpose: 'sign-in-token' }),
  /** Access and refresh token of a person's grant, for all its versions. */
  grantPair: (tenantId: string, grantId: string): Place => ({ tenantId, rowId: grantId, purpose: 'grant-pair' }),
  /** Address of the inviter, by the first invitation of a chain. */
  inviterAddress: (tenantId: string, rootId: string): Place => ({ tenantId, rowId: rootId, purpose: 'inviter-address' }),
  invitedAddress: (tenantId: string, invitationId: string): Place => ({
    tenantId,
    rowId: invitationId,
    purpose: 'invited-address',
  }),
  /** Address of the person accepted as the owner: bound to that person too, so that nobody else gets mail at it. */
  ownerAddress: (tenantId: string, connectionId: string, procoreUserId: string): Place => ({
    tenantId,
    rowId: `${connectionId}/${procoreUserId}`,
    purpose: 'owner-address',
  }),
} as const;

/** The bytes to bind to: unambiguous, since JSON separates its parts. */
export const boundTo = (format: string, place: Place, keyId: string): Buffer =>
  Buffer.from(JSON.stringify([format, place.tenantId, place.rowId, place.purpose, keyId]));
