import type { Company, Id } from '../kernel/model.ts';
import type { App, Token } from '../kernel/model-apps.ts';
import { mintId, type World } from '../kernel/world.ts';
import { activeUser } from './permissions.ts';
import { notConnected, notFound, Refusal } from './refusal.ts';
import type { FoundRoute } from './routing.ts';

/** What a call says of the company it is for. */
export interface CompanyHints {
  header: string | undefined;
  found: FoundRoute;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

/** The project a call is about, by path, query or body. */
export function projectIdOf({ found, query, body }: Pick<CompanyHints, 'found' | 'query' | 'body'>): Id | null {
  const ofPath = found.params['project_id'] ?? (found.route.path.endsWith('/projects/{id}') ? found.params['id'] : undefined);
  return ofPath ?? query.get('project_id') ?? textOf(body['project_id']);
}

/** The company a call names without the header: by path, query, body, or the record it is about. */
export function companyIdNamed(world: World, hints: Pick<CompanyHints, 'found' | 'query' | 'body'>): Id | null {
  const named = hints.found.params['company_id'] ?? hints.query.get('company_id') ?? textOf(hints.body['company_id']);
  if (named !== null && named !== undefined) return named;
  const projectId = projectIdOf(hints);
  return projectId === null ? null : (world.projects.get(projectId)?.companyId ?? null);
}

/**
 * Applies the rule of the header `Procore-Company-Id` and finds the company. Without the header: `GET /me` and `GET /companies`
 * work for user tokens; otherwise the switch of our own or of other apps decides (404, 400, or by zone). A header that
 * contradicts path, query or record is "not visible" [3p].
 */
export function companyOfCall(world: World, app: App, token: Token, hints: CompanyHints): Company | null {
  const named = companyIdNamed(world, hints);
  if (hints.header === undefined) {
    if (hints.found.route.headerOptionalForUsers && token.grant === 'authorization_code' && named === null) return null;
    if (hints.found.route.companyInPath && named !== null) return companyOfPath(world, named);
    const rule = world.switches.get(app.kind === 'ours' ? 'companyHeaderOurs' : 'companyHeaderOthers');
    if (rule !== 'zone') throw missingHeader(rule === 'refuse-404' ? 404 : 400);
    const company = named === null ? undefined : world.companies.get(named);
    if (named !== null && company?.zone !== 'us01') throw notFound();
    // The service token of an app is never exempt [doc]; traditional accounts were, and published clients rely on it [3p].
    if (named === null && token.grant === 'client_credentials' && app.kind !== 'legacy') throw missingHeader(404);
    return company ?? null;
  }
  const company = world.companies.get(hints.header);
  if (!company || (named !== null && named !== company.id)) throw notFound();
  return company;
}

function companyOfPath(world: World, id: Id): Company {
  const company = world.companies.get(id);
  if (!company) throw notFound();
  return company;
}

/**
 * Refuses a call to a company the app is not connected to. A credential of one company finds no other: 404; everybody else
 * hears that the app is not connected: 403. Where the company lets users install apps, a person's first call installs it [doc, old].
 */
export function needConnection(world: World, app: App, token: Token, company: Company): void {
  if (app.companyId !== null && app.companyId !== company.id) throw notFound();
  const install = world.installs.get(`${app.id}:${company.id}`);
  if (!install) {
    const mayInstall = company.allowsUserInstalls && token.grant === 'authorization_code';
    if (!mayInstall || !activeUser(world, token.personId, company.id)) throw notConnected();
    const now = world.clock.instant();
    world.installs.put({
      appId: app.id,
      companyId: company.id,
      connected: true,
      id: mintId(world, company.id),
      createdAt: now,
      updatedAt: now,
    });
    return;
  }
  if (!install.connected) throw notConnected();
}

const missingHeader = (status: number): Refusal => new Refusal(status, { errors: ['Missing Procore-Company-Id header!'] });

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
