import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { procoreRoutes } from '../../sandbox/procore/routes/index.ts';
import { type Ground, openGround, type SmallWorld, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
let token: string;
beforeAll(async () => {
  small = smallWorld();
  small.world.switches.set('rateProfile', 'generous');
  ground = await openGround(small);
  token = await ground.personToken('cleo@borealis.example');
});
afterAll(() => ground.close());

const oddValues = [null, '', [], {}, 'x', -1, 1e30, true, [null], { id: {} }, '\u0000', '9'.repeat(400)];
const wrappers = [
  'user',
  'users',
  'vendor',
  'project',
  'tools',
  'manpower_log',
  'visitor_log',
  'safety_violation_log',
  'notes_log',
  'daily_log_header',
  'permission_template',
  'updates',
];
const fields = [
  'id',
  'name',
  'user_id',
  'project_id',
  'date',
  'datetime',
  'num_workers',
  'num_hours',
  'contact_id',
  'begin_hour',
  'time_minute',
  'compliance_due',
  'is_issue_day',
  'vendor_id',
  'user_access_levels',
  'type',
];

/** Each route reads the wrapper that is its own; the others do not concern it. */
function oddBodies(): unknown[] {
  const inAll = (value: unknown) => Object.fromEntries(wrappers.map((wrapper) => [wrapper, value]));
  const wrapped = oddValues.map((value) => ({ ...inAll(value), company_id: small.company.id }));
  const inner = oddValues.map((value) => inAll(Object.fromEntries(fields.map((field) => [field, value]))));
  return [...oddValues, ...wrapped, ...inner];
}

const pathOf = (template: string): string =>
  template
    .replace('{company_id}', small.company.id)
    .replace('{project_id}', small.project.id)
    .replace(/\{\w+\}/, small.vendor.id);

/** One route for each handler: versions of one resource share it. */
const routes = [...new Map(procoreRoutes.map((route) => [route.answer, route])).values()];

test.each(routes.map((route) => [route.method, route.path]))('%s %s answers odd input with no 5xx', async (method, template) => {
  const path = pathOf(template);
  const odd = ['', 'x', '[]', '0', `${'9'.repeat(400)}`, '2026-99-99', 'a...b'];
  const parameters = [
    'page',
    'per_page',
    'sort',
    'view',
    'log_date',
    'filters[id]',
    'filters[updated_at]',
    'filters[status]',
    'project_id',
  ];
  const queries = odd.flatMap((value) =>
    parameters.map((name) => new URLSearchParams({ company_id: small.company.id, [name]: value })),
  );
  const calls =
    method === 'GET'
      ? queries.map((query) => ground.call(method, `${path}?${query}`, { token }))
      : oddBodies().map((body) => ground.call(method, path, { token, body }));
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
});
