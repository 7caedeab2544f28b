const productionApi = 'https://api.procore.com';
const productionPages = 'https://app.procore.com';

/** Origin of the pages that people open: a separate host for production, else the API's (Procore's documentation, hosts). */
export const pagesOriginOf = (apiOrigin: string): string =>
  new URL(apiOrigin).origin === productionApi ? productionPages : new URL(apiOrigin).origin;

/** Paths of an item's page, as Procore's documentation lists them for its side panel. */
const pathOfKind = {
  rfi: (projectId: string, id: string) => `/${projectId}/project/rfi/show/${id}`,
  submittal: (projectId: string, id: string) => `/${projectId}/project/submittal_logs/${id}`,
} as const;

export const pageOf = (origin: string, kind: keyof typeof pathOfKind, projectId: string, id: string): string =>
  `${origin}${pathOfKind[kind](encodeURIComponent(projectId), encodeURIComponent(id))}`;
