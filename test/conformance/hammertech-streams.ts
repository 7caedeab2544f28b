import { actOnRecord } from '../../sandbox/hammertech/record-acts.ts';
import { diaryKind, incidentKind, observationKind, projectKind, type RecordKind } from '../../sandbox/hammertech/record-kinds.ts';
import { actOnSignIn } from '../../sandbox/hammertech/sign-ins.ts';
import { ownedBy } from '../../sandbox/hammertech/state.ts';
import { dayIn } from '../../sandbox/kernel/clock.ts';
import { addProjectVendor, addVendor } from '../../sandbox/kernel/directory.ts';
import { addProject } from '../../sandbox/kernel/places.ts';
import { issueCredential } from '../../sandbox/login/credentials.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import { dayBefore, instantAt } from '../../sandbox/seed/zones.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { createServiceTokens } from '../../shared/procore/tokens.ts';
import { secretOf } from '../../shared/security/secret.ts';
import type { ConnectedProject, StreamSubject } from './streams-subject.ts';

const tenant = 'acme-safety';
const timeZone = 'Australia/Sydney';
let projects = 0;

interface Recorded {
  id: string;
  modified: string;
}

/** HammerTech between a site of its own and a project of Acme's, written as a service account that may do what the guide says. */
export function hammertechStreams({ world, hammertech, urls }: Sandbox): ConnectedProject {
  projects += 1;
  const place = { name: `Wharf ${projects}`, number: `WHARF-${projects}` };
  const project = addProject(world, { companyId: acmeId, timeZone: 'Sydney', ...place });
  const now = () => new Date(world.clock.nowMs());
  const site = must(actOnRecord(hammertech, projectKind, { act: 'create', tenant, record: { ...place, timeZone } }, now()));
  const account = issueCredential(world, { companyId: acmeId, kind: 'dmsa', permittedProjectIds: [project.id] });
  const vendor = addVendor(world, { companyId: acmeId, name: `Crew of wharf ${projects}` });
  addProjectVendor(world, { projectId: project.id, vendorId: vendor.id });
  const employerId = must(ownedBy(hammertech.employers, tenant)[0]).id;
  const matches: ConnectedProject['matches'] = [
    {
      kind: 'company',
      partnerId: employerId,
      partnerName: 'The crew',
      procoreId: vendor.id,
      procoreName: vendor.name,
      basis: 'person',
      score: 1,
      state: 'matched',
    },
  ];

  let days = 1;
  /** Another day for each record, long over. */
  const nextDay = (): string => {
    days += 1;
    return dayBefore(dayIn(timeZone, world.clock.nowMs()), days);
  };
  const at = (date: string, hour: number): string => new Date(instantAt(timeZone, date, hour * 60)).toISOString();

  const ofDailyLog = (resource: string): Pick<StreamSubject, 'resource' | 'writing'> => ({
    resource,
    writing: { method: 'POST', path: `/rest/v1.0/projects/${project.id}/${resource}*` },
  });

  const signIns = (resource: string, isVisitor: boolean): StreamSubject => ({
    ...ofDailyLog(resource),
    make() {
      const date = nextDay();
      const signIn = { projectId: site.id, employerId, isVisitor, startUtc: at(date, 7), endUtc: at(date, 15) };
      return must(actOnSignIn(hammertech, { act: 'create', tenant, signIn }, now())).id;
    },
    change(id) {
      const { endUtc } = must(hammertech.signIns.get(id)).record;
      const later = new Date(Date.parse(endUtc ?? '') + 3_600_000).toISOString();
      must(actOnSignIn(hammertech, { act: 'change', tenant, id, signIn: { endUtc: later } }, now()));
    },
    takeBack: (id) => void must(actOnSignIn(hammertech, { act: 'delete', tenant, id }, now())),
    hide: (id) => void hammertech.signIns.delete(id),
  });

  function recorded<Row extends Recorded>(
    resource: string,
    kind: RecordKind<Row>,
    made: () => Record<string, unknown>,
    changed: Record<string, unknown>,
  ): StreamSubject {
    return {
      ...ofDailyLog(resource),
      make: () =>
        must(actOnRecord(hammertech, kind, { act: 'create', tenant, record: { projectId: site.id, ...made() } }, now())).id,
      change: (id) => void must(actOnRecord(hammertech, kind, { act: 'change', tenant, id, record: changed }, now())),
      ...(kind.deletable && { takeBack: (id) => void must(actOnRecord(hammertech, kind, { act: 'delete', tenant, id }, now())) }),
      hide: (id) => void kind.tableOf(hammertech).delete(id),
    };
  }

  let vendors = 0;
  const employers: StreamSubject = {
    resource: 'hammertech.employers',
    writing: { operationId: 'hammertech.Employers.create' },
    make() {
      vendors += 1;
      const made = addVendor(world, { companyId: acmeId, name: `Riggers ${vendors} of wharf ${projects}` });
      addProjectVendor(world, { projectId: project.id, vendorId: made.id });
      return made.id;
    },
    change: (id) => void world.vendors.put({ ...must(world.vendors.get(id)), name: `Riggers anew of wharf ${projects}` }),
    hide: (id) => void world.vendors.delete(id),
  };

  return {
    scope: 'company',
    companyId: acmeId,
    procoreProjectId: project.id,
    partnerProjectId: site.id,
    name: place.name,
    procoreTimeZone: 'Sydney',
    timeZone,
    token: createServiceTokens(createOAuth({ loginOrigin: urls.login, deadlineMs: 5000 })).sourceFor(
      account.clientId,
      async () => ({
        clientId: account.clientId,
        clientSecret: secretOf(account.clientSecret),
      }),
    ),
    syncUserId: account.personId,
    matches,
    streams: {
      manpower: signIns('manpower_logs', false),
      visitors: signIns('visitor_logs', true),
      incidents: recorded(
        'accident_logs',
        incidentKind,
        () => ({ occurredUtc: at(nextDay(), 9), type: 'near-miss', description: 'A plank fell.' }),
        { status: 'under-investigation' },
      ),
      observations: recorded(
        'safety_violation_logs',
        observationKind,
        () => ({ observedUtc: at(nextDay(), 9), kind: 'breach', category: 'housekeeping', description: 'Cables.' }),
        { status: 'closed' },
      ),
      notes: recorded('notes_logs', diaryKind, () => ({ date: nextDay(), notes: 'Rain.', status: 'approved' }), {
        notes: 'Rain until noon.',
      }),
      vendors: employers,
    },
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the sandbox has no such record');
  return value;
}
