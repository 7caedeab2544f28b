/** What a signed-in person's token showed of the company. */
export interface SeenAtSignIn {
  readonly companyId: string;
  readonly companyName: string | null;
  readonly directoryLevel: string | null;
  readonly admin: boolean;
}

/** A person's newest sign-in, as far as a check may use it. */
export interface SignInFacts {
  readonly signInId: string;
  readonly state: 'offered' | 'started' | 'returned' | 'exchanged' | 'confirmed' | 'refused' | 'expired';
  readonly procoreUserId: string | null;
  readonly procoreUserName: string | null;
  readonly refusal: string | null;
  /** What this person's token last showed of the company that is named now. */
  readonly seen: SeenAtSignIn | null;
  /** Whether its token can still be used. */
  readonly usable: boolean;
}
