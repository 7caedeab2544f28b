import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { switchDefinitions } from '../../kernel/switches.ts';
import type { World } from '../../kernel/world.ts';
import { settleAwaitedMembers } from '../../procore/acts/awaited-members.ts';
import { problemOf } from '../problem.ts';
import type { Route } from '../route.ts';
import { companiesPage } from './companies.ts';
import { companyPage } from './company.ts';
import { doorway, refusalPage } from './doorway.ts';
import type { Markup } from './html.ts';
import { lastDay, projectPage } from './project.ts';
import { isOwnForm, pageSession } from './session.ts';
import { style } from './style.ts';
import { switchesPage } from './switches.ts';

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Not `no-referrer`: with it browsers send forms with the origin `null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};
const formSchema = z.record(z.string(), z.string());
const dayQuery = z.object({ day: z.iso.date().optional().catch(undefined), done: z.string().optional().catch(undefined) });

/**
 * A page for people: an admin's main acts, by forms alone, each of which is a verb of the control API. The token is shown once
 * (`/page?token=…`, or in the form that asks for it) and kept as a cookie.
 */
export function pageRouter(world: World, routes: readonly Route[], token: string): Router {
  const session = pageSession(token);
  const router = express.Router();
  const saidIn = (request: Request): string | undefined =>
    dayQuery.parse(request.query).done === undefined ? undefined : 'Done.';

  /** Does what that door of the control API does and goes back; says what was refused instead. */
  function act(response: Response, method: Route['method'], path: string, body: object, back: string): void {
    try {
      const route = routes.find((one) => one.method === method && one.path === path);
      if (route === undefined) throw new RangeError(`nobody can do ${path} here`);
      route.handle({ body, query: {}, path: {} });
      response.redirect(303, `${back}${back.includes('?') ? '&' : '?'}done=1`);
    } catch (fault) {
      const { status, title, errors = [] } = problemOf(fault);
      const details = errors.map(({ field, message }) => `${field}: ${message}`);
      send(response, refusalPage(title, details, back), status);
    }
  }

  router.use((_request, response, next) => {
    response.set(headers);
    settleAwaitedMembers(world);
    next();
  });
  router.get('/style.css', (_request, response) => void response.type('css').send(style));
  router.use(express.urlencoded({ extended: false, limit: '64kb' }), requireOwnForm);

  router.post('/sign-in', (request, response) => {
    const { token: given = '' } = formSchema.parse(request.body ?? {});
    if (!session.opens(given)) return send(response, doorway('That is not the control token.'), 401);
    session.give(response);
    response.redirect(303, '/page');
  });
  router.get('/', (request, response, next) => {
    const given = request.query['token'];
    if (typeof given !== 'string' || !session.opens(given)) return next();
    session.give(response);
    response.redirect(303, '/page');
  });
  router.use((request, response, next) => (session.has(request) ? next() : send(response, doorway(), 401)));

  router.get('/', (_request, response) => send(response, companiesPage(world)));
  router.get('/companies/:id', (request, response, next) => {
    const company = world.companies.get(request.params.id);
    return company === undefined ? next() : send(response, companyPage(world, company, saidIn(request)));
  });
  router.get('/projects/:id', (request, response, next) => {
    const project = world.projects.get(request.params.id);
    if (project === undefined) return next();
    const { day = lastDay(world, project) } = dayQuery.parse(request.query);
    send(response, projectPage(world, project, day, saidIn(request)));
  });
  router.get('/switches', (request, response) => send(response, switchesPage(world, saidIn(request))));

  router.post('/switches', (request, response) => {
    const { name = '', value = '' } = formSchema.parse(request.body ?? {});
    act(response, 'patch', '/switches', { [name]: switchValue(name, value) }, '/page/switches');
  });
  router.post('/admin/:area/:verb', (request, response) => {
    const { back = '/page', ...fields } = formSchema.parse(request.body ?? {});
    act(response, 'post', `/admin/${request.params.area}/${request.params.verb}`, bodyOf(fields), ownPage(back));
  });
  router.use((_request, response) => send(response, refusalPage('There is no such page here.', [], '/page'), 404));
  return router;
}

/** Nothing is changed by a form of another site, or of another port of this machine. */
const requireOwnForm: RequestHandler = (request, response, next) => {
  if (['GET', 'HEAD'].includes(request.method) || isOwnForm(request)) return next();
  send(response, refusalPage('This form did not come from this page.', [], '/page'), 403);
};

function send(response: Response, { markup }: Markup, status = 200): void {
  response.status(status).type('html').send(markup);
}

/** Only addresses of this page are gone back to. */
function ownPage(address: string): string {
  return /^\/page(?:\/[\w-]+)*(?:\?day=[\d-]+)?$/.test(address) ? address : '/page';
}

/** Forms know words only; verbs take booleans too. */
function bodyOf(fields: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, spoken(value)]));
}

function spoken(value: string): string | boolean {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

function switchValue(name: string, value: string): string | number | boolean {
  const definition = Object.entries(switchDefinitions).find(([known]) => known === name)?.[1];
  return definition?.values === 'number' ? Number(value) : spoken(value);
}
