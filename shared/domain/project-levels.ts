import { z } from 'zod';

/** Access levels of a tool in Procore, lowest first, under Procore's own names. */
export const accessLevels = ['None', 'Read Only', 'Standard', 'Admin'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** What Procore said about one tool of a project; `level` is null if it named none that we know. */
export const toolLevel = z.object({
  tool: z.string(),
  level: z.enum(accessLevels).nullable(),
  listed: z.boolean(),
  /** Switched off in the project, for everyone. */
  off: z.boolean(),
});
export type ToolLevel = Readonly<z.infer<typeof toolLevel>>;

/** What the sync user may do on one project. */
export interface LevelsOfProject {
  readonly projectId: string;
  readonly tools: readonly ToolLevel[];
}
