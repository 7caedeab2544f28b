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

/** What a person whose access is too low asks for, and where it is set. */
export const askForAccess = {
  needed: 'Standard on RFIs and on Submittals. Ask an admin of the project in Procore for it.',
  where: 'Procore: the project → Directory → the person → Project Permissions Template',
} as const;
