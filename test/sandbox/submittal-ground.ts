import { addCompanyUser, addMember, addPerson, addTemplate } from '../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../sandbox/kernel/levels.ts';
import type { Id } from '../../sandbox/kernel/model.ts';
import type { Submittal, SubmittalApprover } from '../../sandbox/kernel/model-submittals.ts';
import type { World } from '../../sandbox/kernel/world.ts';
import { writeSubmittal } from '../../sandbox/procore/admin/submittals.ts';
import { offeredResponses } from '../../sandbox/procore/submittals/responses.ts';
import type { PlannedSlot } from '../../sandbox/procore/submittals/slots.ts';
import type { SubmittalFields } from '../../sandbox/procore/submittals/submittals.ts';
import { type Ground, openGround, type Reply, type SmallWorld, smallWorld } from './procore-ground.ts';

/** 23:30 on the 9th in UTC is the 10th in Sydney, where the project is. */
export const nowMs = Date.parse('2026-03-09T23:30:00Z');
export const today = '2026-03-10';

const cast = { gus: 'Admin', ria: 'Standard', sam: 'Standard', ivy: 'Standard', tess: 'Read Only', otto: 'None' } as const;
export type Name = keyof typeof cast;

export interface SubmittalGround {
  small: SmallWorld;
  world: World;
  /** Ids of the project's people by name; `gus` is Admin on Submittals, `tess` Read Only, `otto` has no right there. */
  ids: Record<Name, Id>;
  /** A submittal of Gus's: by default public, open and managed by him. One list of names a step. */
  written(steps: readonly (readonly (Name | (Partial<PlannedSlot> & { who: Name }))[])[], fields?: SubmittalFields): Submittal;
  /** The only slot of a person. */
  slot(submittal: Submittal, who: Name): SubmittalApprover;
  responseId(name: string): Id;
  call(who: Name, method: string, path: string, body?: unknown): Promise<Reply>;
  /** Shows a submittal by the API. */
  shown(who: Name, id: Id): Promise<Reply>;
  respond(who: Name, submittal: Submittal, slotOf: Name | Id, response: string, more?: object, query?: string): Promise<Reply>;
  /** The list's ids as a person sees them. */
  listed(who: Name, query?: string): Promise<string[]>;
  ground: Ground;
  close(): Promise<void>;
}

export async function openSubmittals(): Promise<SubmittalGround> {
  const small = smallWorld(() => nowMs);
  const { world, project, company } = small;
  world.switches.set('rateProfile', 'generous');
  world.switches.set('accessTokenSeconds', 10 * 86_400);
  const ground = await openGround(small);
  const join = (name: Name, level: AccessLevel): Id => {
    const person = addPerson(world, { email: `${name}@studio.example`, firstName: name, lastName: 'Test' });
    addCompanyUser(world, { companyId: company.id, personId: person.id });
    const levels = { submittals: level };
    const template = addTemplate(world, { companyId: company.id, name: `${name}'s`, type: 'global', levels });
    addMember(world, { projectId: project.id, personId: person.id, templateId: template.id });
    return person.id;
  };
  const ids = {
    gus: join('gus', cast.gus),
    ria: join('ria', cast.ria),
    sam: join('sam', cast.sam),
    ivy: join('ivy', cast.ivy),
    tess: join('tess', cast.tess),
    otto: join('otto', cast.otto),
  };
  const tokens = new Map<Name, Promise<string>>();
  const tokenOf = (who: Name): Promise<string> => {
    const known = tokens.get(who) ?? ground.personToken(ids[who]);
    tokens.set(who, known);
    return known;
  };
  const call: SubmittalGround['call'] = async (who, method, path, body) =>
    ground.call(method, path, { token: await tokenOf(who), body });
  const base = `/rest/v1.1/projects/${project.id}/submittals`;
  const slot: SubmittalGround['slot'] = (submittal, who) => {
    const [found, ...more] = submittal.approvers.filter(({ userId }) => userId === ids[who]);
    if (!found || more.length > 0) throw new Error(`${who} has ${more.length === 0 ? 'no slot' : 'several slots'}`);
    return found;
  };
  const responseId = (name: string): Id => {
    const found = offeredResponses(world, project).find((one) => one.name === name);
    if (!found) throw new Error(`no response is called ${name}`);
    return found.id;
  };
  return {
    small,
    world,
    ids,
    slot,
    responseId,
    call,
    ground,
    written: (steps, fields = {}) =>
      writeSubmittal(world, {
        projectId: project.id,
        by: ids.gus,
        number: '7',
        title: 'Steel',
        private: false,
        managerId: ids.gus,
        ...fields,
        steps: steps.map((slots) =>
          slots.map((one) => (typeof one === 'string' ? { userId: ids[one] } : { ...one, userId: ids[one.who] })),
        ),
      }),
    shown: (who, id) => call(who, 'GET', `${base}/${id}`),
    listed: async (who, query = '') => (await call(who, 'GET', `${base}?${query}`)).each('id').map(String),
    respond: (who, submittal, slotOf, response, more = {}, query = '') => {
      const id = slotOf in ids ? slot(submittal, slotOf as Name).id : slotOf;
      const path = `/rest/v1.0/submittal_approvers/${id}?project_id=${project.id}&submittal_id=${submittal.id}${query}`;
      return call(who, 'PATCH', path, { submittal_approver: { submittal_response_id: responseId(response), ...more } });
    },
    close: () => ground.close(),
  };
}
