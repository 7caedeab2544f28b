/** What is told of a wait: what was seen, what is needed, and where. */
export interface WordsOfWait {
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
}

/**
 * What a partner says while the owner of a connection does not read it, wherever that is told: steps, streams, items, mails.
 * `who`: the owner as people know them; null if that is not told, or not known.
 */
export interface OwnerWords {
  /** Procore does not accept the owner's authorization any more; they are asked by mail. */
  readonly lapsed: (who: string | null) => WordsOfWait;
  /** The owner took the authorization back and is asked for nothing: whoever invited brings in them or another. */
  readonly takenBack: (who: string | null) => WordsOfWait;
  /** Procore does not let the owner read any more; they are asked by mail. */
  readonly withoutAccess: (who: string | null) => WordsOfWait;
  /** Another person signed in, and whoever invited has to accept them first. */
  readonly proposed: WordsOfWait;
  /** What whoever invited does after `takenBack`, and where, for a mail to them. */
  readonly inviteAgain: string;
}
