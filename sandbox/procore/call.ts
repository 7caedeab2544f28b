import { type AccessLevel, atLeast } from '../kernel/levels.ts';
import type { Company, CompanyUser, Id, Person, Project } from '../kernel/model.ts';
import type { App, Token } from '../kernel/model-apps.ts';
import { isFields } from '../kernel/request.ts';
import type { World } from '../kernel/world.ts';
import type { Actor } from './actor.ts';
import { activeUser, companyLevel, projectLevel, seesProject } from './permissions.ts';
import { badRequest, forbidden, notFound } from './refusal.ts';

/** One authenticated call of the API, as routes see it. */
export interface Call {
  world: World;
  /** Of the body, as sent; empty where none was. */
  contentType: string;
  /** `1.0` … `2.0`. */
  version: string;
  method: string;
  path: string;
  origin: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  app: App;
  token: Token;
  person: Person;
  /** The company by header, path, query, body or record; null where none is named. */
  company: Company | null;
  actor: Actor;
}

/** A path parameter as an id; anything but digits is not there. */
export function idParam(call: Call, name: string): Id {
  const value = call.params[name] ?? '';
  if (!/^\d+$/.test(value)) throw notFound();
  return value;
}

/** The company of this call, of which the caller is an active user. */
export function ownCompany(call: Call): { company: Company; user: CompanyUser } {
  if (!call.company) throw badRequest('company_id is missing');
  const user = activeUser(call.world, call.person.id, call.company.id);
  if (!user) throw notFound();
  return { company: call.company, user };
}

export function hasCompanyLevel(call: Call, tool: string, wanted: AccessLevel): boolean {
  return call.company !== null && atLeast(companyLevel(call.world, call.person.id, call.company.id, tool), wanted);
}

/** 403 below the wanted level of a company tool. */
export function needCompanyLevel(call: Call, tool: string, wanted: AccessLevel): Company {
  const { company } = ownCompany(call);
  if (!hasCompanyLevel(call, tool, wanted)) throw forbidden();
  return company;
}

/** The project of the path, if the caller can see it; else 404. */
export function visibleProject(call: Call, name = 'project_id'): Project {
  return projectSeen(call, idParam(call, name));
}

/** A project, if the caller can see it; else 404. */
export function projectSeen(call: Call, id: Id): Project {
  const project = call.world.projects.get(id);
  if (!project || !seesProject(call.world, call.person.id, project)) throw notFound();
  return project;
}

export function hasProjectLevel(call: Call, project: Project, tool: string, wanted: AccessLevel): boolean {
  return project.tools.includes(tool) && atLeast(projectLevel(call.world, call.person.id, project, tool), wanted);
}

/** The project of the path: 404 if it cannot be seen, 403 if the tool is off or the level too low. */
export function needProjectLevel(call: Call, tool: string, wanted: AccessLevel): Project {
  return needToolLevel(call, visibleProject(call), tool, wanted);
}

/** The same project: 403 if the tool is off or the level too low. */
export function needToolLevel(call: Call, project: Project, tool: string, wanted: AccessLevel): Project {
  if (!project.tools.includes(tool)) throw forbidden('This tool is disabled on this project.');
  if (!hasProjectLevel(call, project, tool, wanted)) throw forbidden();
  return project;
}

/** The object under which a body carries its fields, e.g. `{"user": {…}}`; 400 without it. */
export function bodyOf(call: Call, name: string): Record<string, unknown> {
  const fields = call.body[name];
  if (isFields(fields)) return fields;
  // Form and multipart bodies spell the same as `user[email_address]`.
  const flat = Object.entries(call.body).flatMap(([key, value]) => {
    const inner = new RegExp(`^${name}\\[(\\w+)\\]$`).exec(key)?.[1];
    return inner === undefined ? [] : [[inner, value] as const];
  });
  if (flat.length === 0) throw badRequest(`param is missing or the value is empty: ${name}`);
  return Object.fromEntries(flat);
}
