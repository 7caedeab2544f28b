/** Access levels of a tool, lowest first, by Procore's own names. */
export const accessLevels = ['None', 'Read Only', 'Standard', 'Admin'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Procore's numbers for the levels are not published: these are an assumption [unk]; clients must learn them from answers. */
export const accessLevelIds: Record<AccessLevel, number> = { None: 1, 'Read Only': 2, Standard: 3, Admin: 4 };

export function accessLevelOfId(id: number): AccessLevel | undefined {
  return accessLevels.find((level) => accessLevelIds[level] === id);
}

export function atLeast(level: AccessLevel, wanted: AccessLevel): boolean {
  return accessLevels.indexOf(level) >= accessLevels.indexOf(wanted);
}

/** A tool's key (Procore's engine name) to the level it is given. A tool not named is `None`. */
export type Levels = Record<string, AccessLevel>;

export interface Tool {
  /** Number by which templates and manifests name the tool; the numbers are an assumption [unk]. */
  readonly id: number;
  readonly key: string;
  readonly name: string;
  /** Cannot be switched off on a project. */
  readonly required: boolean;
}

const tool = (id: number, key: string, name: string, required = false): Tool => ({ id, key, name, required });

export const companyTools = [
  tool(1101, 'directory', 'Directory', true),
  tool(1102, 'admin', 'Admin', true),
  tool(1103, 'permissions', 'Permissions', true),
  tool(1104, 'portfolio', 'Portfolio', true),
  tool(1105, 'documents', 'Documents'),
  tool(1106, 'reports', 'Reports'),
  tool(1107, 'schedule', 'Schedule'),
  tool(1108, 'workflows', 'Workflows'),
  tool(1109, 'webhooks_api', 'Webhooks API'),
] as const;

export const projectTools = [
  tool(2101, 'project_home', 'Home', true),
  tool(2102, 'directory', 'Directory', true),
  tool(2103, 'admin', 'Admin', true),
  tool(2104, 'daily_log', 'Daily Log'),
  tool(2105, 'rfis', 'RFIs'),
  tool(2106, 'submittals', 'Submittals'),
  tool(2107, 'documents', 'Documents'),
  tool(2108, 'drawings', 'Drawings'),
  tool(2109, 'photos', 'Photos'),
  tool(2110, 'incidents', 'Incidents'),
  tool(2111, 'observations', 'Observations'),
  tool(2112, 'schedule', 'Schedule'),
  tool(2113, 'webhooks_api', 'Webhooks API'),
] as const;

/** The same level on every given tool, e.g. the "Standard on each tool" of a company template. */
export function everyTool(tools: readonly Tool[], level: AccessLevel): Levels {
  return Object.fromEntries(tools.map(({ key }) => [key, level]));
}

export function findTool(tools: readonly Tool[], key: string): Tool | undefined {
  return tools.find((candidate) => candidate.key === key || candidate.name === key || String(candidate.id) === key);
}
