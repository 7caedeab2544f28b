/** Where sealed bytes belong. They open there and nowhere else: tenant, row and purpose are bound to them (AAD). */
export interface Place {
  readonly tenantId: string;
  readonly rowId: string;
  readonly purpose: string;
}

/** The places of the store's sealed columns; whoever seals and whoever opens takes them from here. */
export const places = {
  credential: (tenantId: string, credentialId: string): Place => ({ tenantId, rowId: credentialId, purpose: 'credential' }),
  signInCode: (tenantId: string, signInId: string): Place => ({ tenantId, rowId: signInId, purpose: 'sign-in-code' }),
  signInToken: (tenantId: string, signInId: string): Place => ({ tenantId, rowId: signInId, purpose: 'sign-in-token' }),
  /** Access and refresh token of a person's grant, of any of its versions. */
  grantPair: (tenantId: string, grantId: string): Place => ({ tenantId, rowId: grantId, purpose: 'grant-pair' }),
  /** Of who invites, by the first invitation of a chain. */
  inviterAddress: (tenantId: string, rootId: string): Place => ({ tenantId, rowId: rootId, purpose: 'inviter-address' }),
  invitedAddress: (tenantId: string, invitationId: string): Place => ({
    tenantId,
    rowId: invitationId,
    purpose: 'invited-address',
  }),
  /** Of who was accepted as the owner: bound to that person too, so that nobody else is written to at it. */
  ownerAddress: (tenantId: string, connectionId: string, procoreUserId: string): Place => ({
    tenantId,
    rowId: `${connectionId}/${procoreUserId}`,
    purpose: 'owner-address',
  }),
} as const;

/** The bytes that bind: unambiguous, since JSON keeps its parts apart. */
export const boundTo = (format: string, place: Place, keyId: string): Buffer =>
  Buffer.from(JSON.stringify([format, place.tenantId, place.rowId, place.purpose, keyId]));
