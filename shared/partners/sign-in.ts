/** What the token of a person who signed in showed of the company. */
export interface SeenAtSignIn {
  readonly companyId: string;
  readonly companyName: string | null;
  readonly directoryLevel: string | null;
  readonly admin: boolean;
}

/** The newest sign-in of a person, as far as a check may use it. */
export interface SignInFacts {
  readonly signInId: string;
  readonly state: 'offered' | 'started' | 'returned' | 'exchanged' | 'confirmed' | 'refused' | 'expired';
  readonly procoreUserId: string | null;
  readonly procoreUserName: string | null;
  readonly refusal: string | null;
  /** What was last seen with this person's token of the company that is named now. */
  readonly seen: SeenAtSignIn | null;
  /** Whether its token can still be used. */
  readonly usable: boolean;
}
