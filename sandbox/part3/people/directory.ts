import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { given } from '../../kernel/given.ts';
import type { Part3World } from '../commits.ts';
import { emit } from '../events.ts';
import { type Company, companyRoles, type Member, type Project } from '../records.ts';
import { ownOf } from '../state.ts';
import { must, projectOf, stamped } from './places.ts';

const organisation = z.string();
const id = z.guid();
const name = z.string().min(1);

const projectFields = { name: name.exactOptional(), number: z.string().nullable().exactOptional() };

export const projectActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('add'), organisation, ...projectFields, name }),
    z.strictObject({ act: z.literal('change'), organisation, id, ...projectFields }),
    z.strictObject({ act: z.literal('archive'), organisation, id }),
    z.strictObject({ act: z.literal('reopen'), organisation, id }),
  ])
  .meta({ id: 'Part3ProjectAct' });

/** What the prime consultant does with a project. Archiving sends the event. */
export function actOnProject(part3: Part3World, { act, organisation, ...body }: z.output<typeof projectActSchema>): Project {
  if (part3.state.organisations.get(organisation) === undefined)
    throw new RangeError(`no organisation is called ${organisation}`);
  const stored: Omit<Project, 'modified'> =
    'id' in body
      ? projectOf(part3, organisation, body.id)
      : { id: randomUUID(), name: body.name, number: body.number ?? null, status: 'active' };
  const status = act === 'archive' ? 'archived' : act === 'reopen' ? 'active' : stored.status;
  const record = { ...stored, ...given(body), status };
  if (act === 'archive') emit(part3, organisation, 'project.archived', { id: stored.id });
  return part3.state.projects.put(stamped<Project>(part3, organisation, record)).record;
}

const companyFields = { name: name.exactOptional(), role: z.enum(companyRoles).exactOptional() };

export const companyActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('add'), organisation, projectId: id, name, role: z.enum(companyRoles) }),
    z.strictObject({ act: z.literal('change'), organisation, id, ...companyFields }),
    z.strictObject({ act: z.literal('remove'), organisation, id }),
  ])
  .meta({ id: 'Part3CompanyAct' });

/** The prime consultant adds a company with its role, changes it, or removes it with its members. */
export function actOnCompany(part3: Part3World, { act, organisation, ...body }: z.output<typeof companyActSchema>): Company {
  const { companies, members } = part3.state;
  if ('projectId' in body) {
    projectOf(part3, organisation, body.projectId);
    return companies.put(stamped<Company>(part3, organisation, { id: randomUUID(), ...body })).record;
  }
  const stored = must(ownOf(companies, organisation, body.id), 'company');
  if (act === 'remove') {
    for (const { record } of members.filter(({ record }) => record.companyId === stored.id)) members.delete(record.id);
    companies.delete(stored.id);
    return stored;
  }
  return companies.put(stamped<Company>(part3, organisation, { ...stored, ...given(body) })).record;
}

const memberFields = { name: name.exactOptional(), email: z.email().exactOptional(), returns: z.boolean().exactOptional() };

export const memberActSchema = z
  .discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('add'),
      organisation,
      companyId: id,
      name,
      email: z.email(),
      returns: z.boolean().default(false),
    }),
    z.strictObject({ act: z.literal('change'), organisation, id, ...memberFields }),
    z.strictObject({ act: z.literal('leave'), organisation, id }),
    z.strictObject({ act: z.literal('come-back'), organisation, id }),
  ])
  .meta({ id: 'Part3MemberAct' });

/** A member is added, changes (whether they return documents, for one), leaves, or comes back. Leaving sends the event. */
export function actOnMember(part3: Part3World, { act, organisation, ...body }: z.output<typeof memberActSchema>): Member {
  const { companies, members } = part3.state;
  if ('companyId' in body) {
    const { projectId } = must(ownOf(companies, organisation, body.companyId), 'company');
    return members.put(stamped<Member>(part3, organisation, { id: randomUUID(), projectId, ...body, leftAt: null })).record;
  }
  const stored = must(ownOf(members, organisation, body.id), 'member');
  const leftAt = act === 'leave' ? part3.world.clock.instant() : act === 'come-back' ? null : stored.leftAt;
  if (act === 'leave') emit(part3, organisation, 'member.left', { id: stored.id, projectId: stored.projectId });
  return members.put(stamped<Member>(part3, organisation, { ...stored, ...given(body), leftAt })).record;
}
