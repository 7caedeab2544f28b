/** The only list of partners. Each has a folder `shared/partners/<name>/` and a plan `workflows/plans/<name>.ts`. */
export const partnerNames = ['hammertech', 'part3'] as const;

export type PartnerName = (typeof partnerNames)[number];

/** Names for people. */
export const partnerTitles = { hammertech: 'HammerTech', part3: 'Part3' } as const satisfies Record<PartnerName, string>;
