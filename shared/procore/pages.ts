const productionApi = 'https://api.procore.com';
const productionPages = 'https://app.procore.com';

/** Origin under which people open Procore: of production a host of its own, elsewhere the API's (Procore's documentation, hosts). */
export const pagesOriginOf = (apiOrigin: string): string =>
  new URL(apiOrigin).origin === productionApi ? productionPages : new URL(apiOrigin).origin;

/** An item's page, by the paths that Procore's documentation lists for its side panel. */
const pathOfKind = {
  rfi: (projectId: string, id: string) => `/${projectId}/project/rfi/show/${id}`,
  submittal: (projectId: string, id: string) => `/${projectId}/project/submittal_logs/${id}`,
} as const;

export const pageOf = (origin: string, kind: keyof typeof pathOfKind, projectId: string, id: string): string =>
  `${origin}${pathOfKind[kind](encodeURIComponent(projectId), encodeURIComponent(id))}`;
