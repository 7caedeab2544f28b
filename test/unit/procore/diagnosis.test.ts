import { afterEach, describe, expect, test } from '@jest/globals';
import { Fault } from '../../../shared/domain/faults.ts';
import { diagnoseCompanyRefusal, diagnoseProjectRefusal } from '../../../shared/procore/diagnosis.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aWrite, clientOf, companyId, faultOf, tokenSource } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

type Reply = number | string;

/** What each probe meets: a status to refuse it with, or the JSON it is answered with. */
interface Facts {
  readonly refusal: Reply;
  readonly permissions?: Reply;
  readonly tools?: Reply;
  readonly projects?: Reply;
  readonly me?: Reply;
}

const notConnected = '403 {"errors":["App is not connected to this company."]}';
const levels = (level: string) =>
  `{"tools":[{"id":1,"name":"daily_log","friendly_name":"Daily Log","user_access_level":{"id":3,"name":"${level}"}}]}`;
const tools = (active: boolean) => `[{"id":2104,"engine_name":"daily_log","title":"Daily Log","is_active":${active}}]`;
const listed = (active: boolean) => `[{"id":5,"name":"Tower","active":${active}}]`;

async function procoreWith(facts: Facts): Promise<FarSide> {
  return startFarSide((response, { path }) => {
    const reply =
      path === '/rest/v1.0/settings/permissions'
        ? facts.permissions
        : path.endsWith('/tools')
          ? facts.tools
          : path === '/rest/v1.1/projects'
            ? facts.projects
            : path.endsWith('/me')
              ? facts.me
              : facts.refusal;
    if (typeof reply === 'number') return answerJson(response, reply, '{"message":"no"}');
    if (reply === undefined) return answerJson(response, 500, '{"message":"this probe was not expected"}');
    const [status, ...rest] = reply.split(' ');
    return /^\d{3}$/.test(status ?? '') ? answerJson(response, Number(status), rest.join(' ')) : answerJson(response, 200, reply);
  });
}

const needs = [{ tool: 'Daily Log', level: 'Admin' }] as const;

const projectCauses: readonly (readonly [string, Facts, object, readonly string[]])[] = [
  [
    'the level is too low',
    { refusal: 403, permissions: levels('Standard'), tools: tools(true) },
    {
      kind: 'permission-too-low',
      detail: {
        seen: 'Daily Log is at Standard.',
        needed: 'Daily Log at Admin',
        where: 'Company Tools → Permissions → project template → Daily Log',
      },
    },
    ['permissions'],
  ],
  [
    'there is no level at all',
    { refusal: 403, permissions: '{"tools":[]}', tools: tools(true) },
    { kind: 'permission-too-low', detail: { seen: 'Daily Log is at None.' } },
    ['permissions', 'tools'],
  ],
  [
    'the level suffices, and something finer refuses',
    { refusal: 403, permissions: levels('Admin'), tools: tools(true) },
    { kind: 'permission-too-low', detail: { seen: 'Refused, though the levels suffice: Daily Log at Admin.' } },
    ['permissions', 'tools'],
  ],
  [
    'the tool is switched off',
    { refusal: 403, permissions: '{"tools":[]}', tools: tools(false) },
    { kind: 'tool-disabled' },
    ['permissions', 'tools'],
  ],
  [
    'the tool is switched off but the level still shown',
    { refusal: 403, permissions: levels('Admin'), tools: tools(false) },
    { kind: 'tool-disabled' },
    ['permissions', 'tools'],
  ],
  ['the app is disconnected', { refusal: notConnected }, { kind: 'app-not-connected' }, []],
  [
    'the app is disconnected, which only a probe says',
    { refusal: 403, permissions: notConnected },
    { kind: 'app-not-connected' },
    ['permissions'],
  ],
  [
    'we are not on the project: the 404 masks it',
    { refusal: 404, permissions: 404, projects: '[]' },
    { kind: 'project-not-permitted', detail: { seen: 'Project 5 is not among the sync user’s projects.' } },
    ['permissions', 'projects'],
  ],
  [
    'the filter of the list is ignored by Procore',
    { refusal: 404, permissions: 403, projects: '[{"id":6,"name":"Other"}]' },
    { kind: 'project-not-permitted' },
    ['permissions', 'projects'],
  ],
  [
    'the project is inactive',
    { refusal: 404, permissions: 404, projects: listed(false) },
    { kind: 'project-not-permitted', detail: { seen: 'Project 5 is inactive.' } },
    ['permissions', 'projects'],
  ],
  [
    'the company is hidden',
    { refusal: 404, permissions: 404, projects: 404, me: 404 },
    { kind: 'company-not-visible' },
    ['permissions', 'projects', 'me'],
  ],
  [
    'own permissions may not be read',
    { refusal: 403, permissions: 403, projects: listed(true), me: '{"id":1}' },
    { kind: 'permission-too-low' },
    ['permissions', 'projects', 'me'],
  ],
  [
    'it was hidden a moment ago: that passes',
    { refusal: 404, permissions: levels('Admin'), tools: tools(true) },
    { kind: 'vendor-unavailable', handling: 'retry' },
    ['permissions', 'tools'],
  ],
  [
    'the 404 masks a low level',
    { refusal: 404, permissions: levels('None'), tools: tools(true) },
    { kind: 'permission-too-low' },
    ['permissions', 'tools'],
  ],
];

const nameOfProbe = (path: string): string => path.split('/').at(-1) ?? '';

describe('a refused call about a project', () => {
  test.each(projectCauses)('because %s', async (_cause, facts, expected, probes) => {
    farSide = await procoreWith(facts);
    const client = clientOf(farSide.origin);
    const refused = await faultOf(client.call(aWrite));
    const fault = await diagnoseProjectRefusal(client, refused, '5', needs);
    expect(fault).toMatchObject(expected);
    expect(fault.detail).toMatchObject({ status: refused.detail.status, effect: 'surely-not-done' });
    expect(farSide.received.slice(1).map(({ path }) => nameOfProbe(path))).toEqual(probes);
    if (fault.kind !== 'app-not-connected') expect(fault.detail.where).toMatch(/→/);
  });

  test('by a person names the person’s access', async () => {
    farSide = await procoreWith({ refusal: 403, permissions: levels('Read Only'), tools: tools(true) });
    const client = clientOf(farSide.origin, { token: tokenSource('person').source });
    const fault = await diagnoseProjectRefusal(client, await faultOf(client.call(aWrite)), '5', needs);
    expect(fault).toMatchObject({ kind: 'person-lacks-access', detail: { seen: 'Daily Log is at Read Only.' } });
  });

  test('is tried again later when a probe meets passing trouble, and stays surely not done', async () => {
    farSide = await procoreWith({ refusal: 403, permissions: 500 });
    const client = clientOf(farSide.origin);
    const fault = await diagnoseProjectRefusal(client, await faultOf(client.call(aWrite)), '5', needs);
    expect(fault).toMatchObject({ kind: 'vendor-unavailable', detail: { effect: 'surely-not-done' } });
    expect(fault.handling).toBe('retry');
  });
});

describe('a refused call about the company', () => {
  test.each([
    ['the level is too low', { refusal: 403, permissions: levels('Read Only') }, 'permission-too-low', ['permissions']],
    ['the company is hidden', { refusal: 404, permissions: 404, me: 404 }, 'company-not-visible', ['permissions', 'me']],
    [
      'the app is disconnected, which the last probe says',
      { refusal: 404, permissions: 404, me: notConnected },
      'app-not-connected',
      ['permissions', 'me'],
    ],
  ] as const)('because %s', async (_cause, facts, kind, probes) => {
    farSide = await procoreWith(facts);
    const client = clientOf(farSide.origin);
    const refused = await faultOf(client.call({ ...aWrite, path: '/rest/v1.0/vendors' }));
    const fault = await diagnoseCompanyRefusal(client, refused, needs);
    expect(fault.kind).toBe(kind);
    expect(farSide.received.slice(1).map(({ path }) => nameOfProbe(path))).toEqual(probes);
    expect(farSide.received[1]?.query.get('company_id')).toBe(companyId);
  });
});

test('of several tools the one that lacks is named', async () => {
  farSide = await procoreWith({ refusal: 403, permissions: levels('Admin'), tools: tools(true) });
  const client = clientOf(farSide.origin);
  const both = [...needs, { tool: 'Directory', level: 'Read Only' }] as const;
  const fault = await diagnoseProjectRefusal(client, await faultOf(client.call(aWrite)), '5', both);
  expect(fault).toMatchObject({
    kind: 'permission-too-low',
    detail: { seen: 'Directory is at None.', needed: 'Directory at Read Only' },
  });
});

test.each([
  ['is no 403 or 404', async (client: ReturnType<typeof clientOf>) => faultOf(client.call(aWrite)), 1],
  ['was proven before', async () => new Fault('permission-too-low', { status: 403, seen: 'None', needed: 'Admin' }), 0],
  ['was explained otherwise', async () => new Fault('day-completed', { status: 403 }), 0],
  ['is a partner’s refusal', async () => new Fault('partner-scope-missing', { status: 403 }), 0],
] as const)('what %s is left as it is, without a probe', async (_what, faultFrom, calls) => {
  farSide = await procoreWith({ refusal: 422 });
  const client = clientOf(farSide.origin);
  const fault = await faultFrom(client);
  expect(await diagnoseProjectRefusal(client, fault, '5', needs)).toBe(fault);
  expect(await diagnoseCompanyRefusal(client, fault, needs)).toBe(fault);
  expect(farSide.received).toHaveLength(calls);
});
