import { addCompanyUser, addMember, addPerson, addTemplate, addVendor } from '../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../sandbox/kernel/levels.ts';
import type { Id } from '../../sandbox/kernel/model.ts';
import type { Rfi, RfiReply } from '../../sandbox/kernel/model-rfis.ts';
import { type Ground, openGround, type Reply, type SmallWorld, smallWorld } from './procore-ground.ts';

type Name = 'gus' | 'ria' | 'sam' | 'tess' | 'mona';

/** A project with an RFI admin (Gus), two responders of one firm (Ria, Sam), a reader (Tess) and a Standard manager (Mona). */
export async function openRfis() {
  const state = { nowMs: Date.parse('2026-03-09T23:30:00Z') };
  const small = smallWorld(() => state.nowMs);
  const { world, company, project } = small;
  const firm = addVendor(world, { companyId: company.id, name: 'Nörd Studio' });
  const join = (firstName: string, level: AccessLevel, { vendorId = null as Id | null, granular = [] as string[] } = {}): Id => {
    const email = `${firstName.toLowerCase()}@borealis.example`;
    // Odd and beyond 2^53, so that rounding shows.
    const id = String(9_007_199_254_799_001n + 2n * BigInt(world.people.size));
    addPerson(world, { id, email, firstName, lastName: 'Ó Nolan' });
    addCompanyUser(world, { companyId: company.id, personId: id, vendorId });
    const template = addTemplate(world, {
      companyId: company.id,
      name: firstName,
      type: 'global',
      levels: { rfis: level },
      granular: { rfis: granular },
    });
    addMember(world, { projectId: project.id, personId: id, templateId: template.id });
    return id;
  };
  const ids: Record<Name, Id> = {
    gus: join('Gus', 'Admin'),
    ria: join('Ria', 'Standard', { vendorId: firm.id }),
    sam: join('Sam', 'Standard', { vendorId: firm.id }),
    tess: join('Tess', 'Read Only'),
    mona: join('Mona', 'Standard', { granular: ['act_as_rfi_manager'] }),
  };
  const ground = await openGround(small);
  const tokens = new Map<Name, string>();
  for (const [name, id] of Object.entries(ids)) tokens.set(name as Name, await ground.personToken(id));
  return { state, small, ground, ids, ...callsOf(small, ground, tokens, ids), trueRfi, trueReplies };

  function trueRfi(id: string): Rfi | undefined {
    return world.ledger.records('rfis').find((record) => record.id === id)?.current as Rfi | undefined;
  }
  function trueReplies(): RfiReply[] {
    return world.ledger.records('rfi-replies').flatMap(({ current }) => (current === null ? [] : [current as RfiReply]));
  }
}
export type RfiGround = Awaited<ReturnType<typeof openRfis>>;

function callsOf({ project }: SmallWorld, ground: Ground, tokens: Map<Name, string>, ids: Record<Name, Id>) {
  const base = `/rest/v1.0/projects/${project.id}/rfis`;
  const as = (who: Name) => tokens.get(who) ?? '';
  const get = (path = '', who: Name = 'gus') => ground.call('GET', `${base}${path}`, { token: as(who) });
  const send = (method: string, path: string, who: Name, body?: unknown) =>
    ground.call(method, `${base}${path}`, { token: as(who), ...(body === undefined ? {} : { body }) });
  /** An RFI for Ria with Gus as its manager, unless told otherwise. */
  const create = (fields: Record<string, unknown> = {}, who: Name = 'gus'): Promise<Reply> =>
    send('POST', '', who, { rfi: { ...asked(ids), ...fields } });
  return {
    base,
    token: as,
    get,
    send,
    create,
    open: async (fields: Record<string, unknown> = {}) => (await create(fields)).word('id'),
    edit: (id: string, fields: Record<string, unknown>, who: Name = 'gus') => send('PATCH', `/${id}`, who, { rfi: fields }),
    reply: (id: string, who: Name, fields: Record<string, unknown> = {}) =>
      send('POST', `/${id}/replies`, who, { reply: { body: 'Use 12 mm.', ...fields } }),
    act: (id: string, verb: string, who: Name = 'gus', body?: unknown) => send('PATCH', `/${id}/${verb}`, who, body),
    /** Ids of who has the ball, as the API shows them. */
    ball: async (id: string) => {
      const shown = await get(`/${id}`);
      const holders = shown.at('ball_in_courts');
      return (Array.isArray(holders) ? holders : []).map((holder) => String(Object(holder).id));
    },
  };
}

/** Without assignees where only a draft is asked for. */
const asked = (ids: Record<Name, Id>) => ({
  subject: 'Anchor spacing',
  rfi_manager_id: ids.gus,
  assignee_ids: [ids.ria],
  question: { body: 'What spacing?' },
});
