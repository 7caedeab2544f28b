import { z } from 'zod';
import { type AccessLevel, accessLevels } from './project-levels.ts';

/** A responder's own levels in Procore for the tools that they answer in, on the connected project. */
export const memberAccess = z.object({ rfis: z.enum(accessLevels), submittals: z.enum(accessLevels) });
export type MemberAccess = Readonly<z.infer<typeof memberAccess>>;

/** The level needed to answer (Procore, "RFI Permissions" and "Submittals Permissions": reply, respond as approver). */
export const levelToAnswer: AccessLevel = 'Standard';

const tools = { rfis: 'RFIs', submittals: 'Submittals' } as const;
const toolWords = Object.entries(tools) as [keyof MemberAccess, string][]; // Object.entries forgets the names

/** Tools the connection carries on which a person may not answer, e.g. `Read Only on RFIs`. Empty: all is well. */
export const accessTooLow = (access: MemberAccess, modules: readonly string[]): readonly string[] =>
  toolWords.flatMap(([tool, title]) =>
    modules.includes(tool) && accessLevels.indexOf(access[tool]) < accessLevels.indexOf(levelToAnswer)
      ? [`${access[tool]} on ${title}`]
      : [],
  );

/** Why nothing can be sent in a member's name, and who is waited for; the answer goes out by itself once that is done. */
export interface Hindrance {
  readonly kind: 'person-lacks-access' | 'grant-lapsed';
  readonly owner: 'responder' | 'admin';
  readonly seen: string;
  readonly needed: string;
  readonly where: string;
}

/** Where whoever manages the project asks a member again. */
export const askAgainOnPage = 'On this page: Responders → Ask again.';

/**
 * What hinders a member's answers; undefined: nothing. Who took their authorization back is not asked again by mail: whoever
 * manages the project is waited for, unless that is done (docs/adr/0030).
 */
export function hindranceOf(member: {
  readonly name: string;
  /** Of their authorization; null: none. */
  readonly grantState: string | null;
  readonly accountOf: string | null;
  readonly isAsked: boolean;
  readonly isEndedForThem: boolean;
}): Hindrance | undefined {
  const { name, grantState, accountOf, isAsked, isEndedForThem } = member;
  const stands = grantState !== null && grantState !== 'lapsed' && grantState !== 'revoked';
  const waits = (kind: Hindrance['kind'], owner: Hindrance['owner'], words: Pick<Hindrance, 'seen' | 'needed' | 'where'>) => ({
    kind,
    owner,
    ...words,
    seen: `${words.seen}; the answer waits, whole.`,
  });
  if (stands && accountOf === null) return undefined;
  if (grantState === 'lapsed')
    return waits('grant-lapsed', 'responder', {
      seen: `${name}’s authorization of Procore has lapsed`,
      needed: `${name} signs in to Procore again.`,
      where: 'In the mail that asks for it: Sign in to Procore again.',
    });
  if (grantState === null)
    return waits('person-lacks-access', 'responder', {
      seen: `${name} has not authorized Procore yet`,
      needed: `${name} authorizes their own Procore account.`,
      where: 'With the link they were sent: Authorize.',
    });
  const seen = stands
    ? `${name} has signed in with the Procore account of ${accountOf}`
    : `${name}’s authorization of Procore was revoked`;
  if (isAsked)
    return waits('person-lacks-access', 'responder', {
      seen: `${seen}, and they are asked again`,
      needed: `${name} authorizes their own Procore account.`,
      where: 'With the link they were sent: Authorize.',
    });
  return waits('person-lacks-access', 'admin', {
    seen,
    needed: `Whoever manages the project asks ${name} again${stands || isEndedForThem ? '' : `, or ${name} authorizes again on the page of their account`}.`,
    where: askAgainOnPage,
  });
}

/** To whoever signed in with another member’s account. */
export const anothersAccount = (name: string): string =>
  `This Procore account is ${name}’s. Sign out at Procore, and sign in as yourself: nothing was authorized.`;

/** What a person whose access is too low asks for, and where it is set. */
export const askForAccess = {
  needed: 'Standard on RFIs and on Submittals. Ask an admin of the project in Procore for it.',
  where: 'Procore: the project → Directory → the person → Project Permissions Template',
} as const;
