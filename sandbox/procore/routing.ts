import type { Call } from './call.ts';

/** What a route answers: a status and a body that is printed with ids exact, or nothing (204). */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Procore's own path with its own names of parameters, e.g. `/rest/v1.0/projects/{project_id}/users`. */
  path: string;
  answer: (call: Call) => Answer;
  /** Works before the app is connected to the company: how an app is installed or asked for. */
  beforeConnection?: boolean;
  /** A user token needs no company header here. */
  headerOptionalForUsers?: boolean;
  /** A link that is followed as it was given: the company is that of the path, without the header. */
  companyInPath?: boolean;
}

/** The same route under several versions. */
export function versions(numbers: readonly string[], route: Route): Route[] {
  return numbers.map((number) => ({ ...route, path: `/rest/v${number}${route.path}` }));
}

/** Procore's operation ids are the path and the method in capitals: `RestV10ProjectsProjectIdUsersGet`. */
export function operationIdOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path.replaceAll('.', '').split(/[^A-Za-z0-9]+/);
  const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
  return [...words, method].map(capital).join('');
}

export interface FoundRoute {
  route: Route;
  operationId: string;
  params: Record<string, string>;
}

/** Finds routes by path; literal segments win over parameters (`users/inactive` before `users/{id}`). */
export function createRouteFinder(routes: readonly Route[]): (method: string, path: string) => FoundRoute | undefined {
  const compiled = routes.map((route) => ({ route, operationId: operationIdOf(route), segments: route.path.split('/') }));
  const parameters = (segments: readonly string[]): number => segments.filter((segment) => segment.startsWith('{')).length;
  compiled.sort((a, b) => parameters(a.segments) - parameters(b.segments));
  return (method, path) => {
    const given = path.replace(/\/$/, '').split('/');
    for (const { route, operationId, segments } of compiled) {
      if (route.method !== method || segments.length !== given.length) continue;
      const params = match(segments, given);
      if (params) return { route, operationId, params };
    }
    return undefined;
  };
}

function match(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}
