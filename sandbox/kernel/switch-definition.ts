/** How well a behaviour is known, e.g. official text, somebody else's observation, a claim, an inference, or nothing at all. */
export type Evidence = 'doc' | 'sbx' | '3p' | 'inf' | 'unk' | 'sup' | 'oas';

export interface Definition {
  readonly values: readonly (string | number | boolean)[] | 'number';
  readonly byDefault: string | number | boolean;
  readonly evidence: Evidence;
  readonly describes: string;
}

export const yesNo = [true, false] as const;
