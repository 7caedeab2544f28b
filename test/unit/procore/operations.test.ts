import { afterEach, expect, test } from '@jest/globals';
import type { BoundCompany } from '../../../shared/domain/company.ts';
import type { ProcoreClient } from '../../../shared/procore/contract.ts';
import { listCompanies } from '../../../shared/procore/operations/companies.ts';
import { listDailyLogHeaders } from '../../../shared/procore/operations/daily-log-headers.ts';
import { getCompanyMe, getMe } from '../../../shared/procore/operations/identity.ts';
import { createManpowerLog, listManpowerLogs, readManpowerTotals } from '../../../shared/procore/operations/manpower-logs.ts';
import { listContactOptions, listVendorOptions } from '../../../shared/procore/operations/manpower-options.ts';
import { atLeast, getOwnPermissions, levelOn } from '../../../shared/procore/operations/permissions.ts';
import { listProjectTools } from '../../../shared/procore/operations/project-tools.ts';
import { findProjects, listProjects } from '../../../shared/procore/operations/projects.ts';
import { listVendors } from '../../../shared/procore/operations/vendors.ts';
import { collect } from '../../../shared/procore/requests.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { clientOf, companyId } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

type Operation = (client: ProcoreClient<BoundCompany>) => Promise<unknown>;

/** Operation → the address it calls → what Procore answers (with a field we do not know) → what we make of it. */
const table: readonly (readonly [string, Operation, string, string, unknown])[] = [
  [
    'getMe',
    getMe,
    `/rest/v1.0/me?company_id=${companyId}`,
    '{"id":9007199254740995,"login":"a@b.example","new":1}',
    { id: '9007199254740995', login: 'a@b.example', name: null },
  ],
  [
    'getCompanyMe',
    getCompanyMe,
    `/rest/v1.0/companies/${companyId}/me`,
    '{"id":3,"name":"Sync","company_permission_template_id":9007199254740997}',
    {
      id: '3',
      name: 'Sync',
      active: null,
      employee: null,
      addToNewProjects: null,
      companyTemplateId: '9007199254740997',
      defaultTemplateId: null,
    },
  ],
  [
    'listCompanies',
    listCompanies,
    '/rest/v1.0/companies?include_free_companies=true&per_page=300&page=1',
    '[{"id":1,"name":"Acme","is_active":true,"my_company":false}]',
    [{ id: '1', name: 'Acme', active: true, mine: false }],
  ],
  [
    'listProjects (active)',
    (client) => listProjects(client, 'active'),
    `/rest/v1.1/projects?company_id=${companyId}&view=normal&sort=name&per_page=300&page=1`,
    '[{"id":5,"name":"Tower","project_number":17,"city":"Sydney","time_zone":"Sydney","active":true}]',
    [{ id: '5', name: 'Tower', number: '17', city: 'Sydney', timeZone: 'Sydney', active: true }],
  ],
  [
    'listProjects (all)',
    (client) => listProjects(client, 'all'),
    `/rest/v1.1/projects?company_id=${companyId}&view=normal&sort=name&filters[by_status]=All&per_page=300&page=1`,
    '[]',
    [],
  ],
  [
    'findProjects',
    (client) => findProjects(client, ['5', '7']),
    `/rest/v1.1/projects?company_id=${companyId}&view=normal&sort=name&filters[by_status]=All&filters[id][]=5&filters[id][]=7&per_page=300&page=1`,
    '[{"id":5,"name":"Tower"},{"id":6,"name":"Not asked for"}]',
    [{ id: '5', name: 'Tower', number: null, city: null, timeZone: null, active: true }],
  ],
  [
    'listProjectTools',
    (client) => listProjectTools(client, '5'),
    '/rest/v1.0/projects/5/tools?per_page=300&page=1',
    '[{"id":1,"engine_name":"daily_log","title":"Daily Log","is_active":false}]',
    [{ id: '1', engineName: 'daily_log', title: 'Daily Log', active: false }],
  ],
  [
    'getOwnPermissions (project)',
    (client) => getOwnPermissions(client, { projectId: '5' }),
    '/rest/v1.0/settings/permissions?project_id=5',
    '{"tools":[{"id":1,"name":"daily_log","friendly_name":"Daily Log","user_access_level":{"id":4,"name":"read_only"}},{"id":2,"name":"rfis","user_access_level":{"id":9,"name":"Owner"}}]}',
    [
      { id: '1', name: 'daily_log', title: 'Daily Log', level: 'Read Only', levelId: '4' },
      { id: '2', name: 'rfis', title: 'rfis', level: null, levelId: '9' },
    ],
  ],
  [
    'getOwnPermissions (company)',
    (client) => getOwnPermissions(client, 'company'),
    `/rest/v1.0/settings/permissions?company_id=${companyId}`,
    '{"tools":[]}',
    [],
  ],
  [
    'listVendors',
    listVendors,
    `/rest/v1.0/vendors?company_id=${companyId}&view=extended&per_page=300&page=1`,
    '[{"id":8,"name":"Kranbau","is_active":true,"business_register":{"type":"abn","identifier":"51 824 753 556"}},{"id":9,"name":"Dach","business_register":null}]',
    [
      {
        id: '8',
        name: 'Kranbau',
        abbreviatedName: null,
        tradeName: null,
        active: true,
        registration: { type: 'abn', identifier: '51 824 753 556' },
        projectIds: null,
      },
      { id: '9', name: 'Dach', abbreviatedName: null, tradeName: null, active: true, registration: null, projectIds: null },
    ],
  ],
  [
    'listManpowerLogs',
    (client) => collect(listManpowerLogs(client, '5', { from: '2026-03-01', to: '2026-03-30' })),
    '/rest/v1.0/projects/5/manpower_logs?start_date=2026-03-01&end_date=2026-03-30&filters[status]=all&per_page=300&page=1',
    '[{"id":1,"date":null,"num_workers":null,"num_hours":7.5,"man_hours":"52.5","created_by":{"id":3,"login":"x","name":"y"},"contact":{"id":8,"name":"Kranbau"},"status":"pending"}]',
    [
      {
        id: '1',
        date: null,
        numWorkers: null,
        numHours: '7.5',
        manHours: '52.5',
        notes: null,
        status: 'pending',
        vendor: null,
        contact: { id: '8', name: 'Kranbau' },
        userId: null,
        createdById: '3',
        createdAt: null,
        updatedAt: null,
      },
    ],
  ],
  [
    'readManpowerTotals',
    (client) => readManpowerTotals(client, '5', { from: '2026-03-01', to: '2026-03-30' }, ['7', '9007199254740995']),
    '/rest/v1.0/projects/5/manpower_logs/daily_totals?start_date=2026-03-01&end_date=2026-03-30&filters[created_by_id][]=7&filters[created_by_id][]=9007199254740995',
    '{"total_workers":12,"total_man_hours":96.25,"new":1}',
    { workers: 12, manHours: '96.25' },
  ],
  [
    'readManpowerTotals (of nothing)',
    (client) => readManpowerTotals(client, '5', { from: '2026-03-01', to: '2026-03-30' }, ['7']),
    '/rest/v1.0/projects/5/manpower_logs/daily_totals?start_date=2026-03-01&end_date=2026-03-30&filters[created_by_id][]=7',
    '{"total_workers":null,"total_man_hours":null}',
    { workers: 0, manHours: '0' },
  ],
  [
    'listContactOptions',
    (client) => listContactOptions(client, '5'),
    '/rest/v1.0/projects/5/manpower_logs/contact_options?per_page=300&page=1',
    '[{"id":8,"name":"Kranbau"}]',
    [{ id: '8', name: 'Kranbau' }],
  ],
  [
    'listVendorOptions',
    (client) => listVendorOptions(client, '5'),
    '/rest/v1.0/projects/5/manpower_logs/vendor_options?per_page=300&page=1',
    '[{"id":8,"name":null}]',
    [{ id: '8', name: '' }],
  ],
  [
    'listDailyLogHeaders',
    (client) => listDailyLogHeaders(client, '5', { from: '2026-03-01', to: '2026-03-02' }),
    '/rest/v1.0/projects/5/daily_log_headers/index?start_date=2026-03-01&end_date=2026-03-02&per_page=300&page=1',
    '[{"id":1,"log_date":"2026-03-01","completed":true,"completed_at":"2026-03-02T01:00:00Z"}]',
    [{ id: '1', date: '2026-03-01', completed: true, completedAt: '2026-03-02T01:00:00Z' }],
  ],
];

test.each(table)('%s calls its address and makes our record of the answer', async (_name, operation, address, text, expected) => {
  farSide = await startFarSide((response) => answerJson(response, 200, text));
  expect(await operation(clientOf(farSide.origin))).toEqual(expected);
  const [request, ...more] = farSide.received;
  const query = [...(request?.query ?? [])].map(([name, value]) => `${name}=${value}`).join('&');
  expect(`${request?.path}${query && '?'}${query}`).toBe(address);
  expect(more).toHaveLength(0);
  expect(request?.headers).toMatchObject({ 'procore-company-id': companyId, accept: 'application/json' });
});

test('hours are sent as a decimal string and workers as a number', async () => {
  farSide = await startFarSide((response) => answerJson(response, 201, '{"id":1}'));
  await createManpowerLog(clientOf(farSide.origin), '5', {
    date: '2026-03-02',
    contactId: '8',
    numWorkers: 3,
    numHours: '7.25',
    notes: 'ä "q" 🏗',
  });
  expect(JSON.parse(farSide.received[0]?.text ?? '')).toEqual({
    manpower_log: { date: '2026-03-02', contact_id: 8, num_workers: 3, num_hours: '7.25', notes: 'ä "q" 🏗' },
  });
});

test('a tool that is not listed is at None, and names are compared without case and separators', () => {
  const tools = [{ id: '1', name: 'daily_log', title: 'Daily Log', level: 'Standard' as const }];
  expect([levelOn(tools, 'Daily Log'), levelOn(tools, 'DAILY-LOG'), levelOn(tools, 'RFIs')]).toEqual([
    'Standard',
    'Standard',
    'None',
  ]);
  expect(atLeast('Standard', 'Read Only') && !atLeast('Standard', 'Admin')).toBe(true);
});
