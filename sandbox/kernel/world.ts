import { type Clock, createClock } from './clock.ts';
import { createFaults, type Faults } from './faults.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type {
  AwaitedMember,
  Company,
  CompanyUser,
  Contact,
  Id,
  Membership,
  PermissionTemplate,
  Person,
  Project,
  ProjectVendor,
  Vendor,
} from './model.ts';
import type { App, AuthorizationCode, Install, InstallationRequest, IssuedSecret, Token } from './model-apps.ts';
import type { AccidentLog, DayHeader, ManpowerLog, NotesLog, SafetyViolationLog, VisitorLog } from './model-daily-log.ts';
import type { Rfi, RfiReply } from './model-rfis.ts';
import type { Submittal, SubmittalResponse, SubmittalStatus } from './model-submittals.ts';
import { createRateLimiter, type RateLimiter } from './rate-limit.ts';
import { createStorage, type Storage } from './storage.ts';
import { createSwitches, type Switches } from './switches.ts';
import { createTable, type Table } from './table.ts';

/**
 * The whole state of the sandbox Procore, in memory. Fill one with the functions of `places.ts` (companies, projects),
 * `directory.ts` (people, vendors, templates, members) and `apps.ts`; persist one with `persistence.ts`. Rows are replaced, never
 * changed in place. A part with its own records (HammerTech) adds tables by `createTable(world.journal, …)`; they are persisted
 * too.
 */
export interface World {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly switches: Switches;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly rates: RateLimiter;
  readonly storage: Storage;
  readonly companies: Table<Company>;
  readonly people: Table<Person>;
  /** Key `companyId:personId`. */
  readonly companyUsers: Table<CompanyUser>;
  readonly contacts: Table<Contact>;
  readonly vendors: Table<Vendor>;
  /** Key `projectId:vendorId`. */
  readonly projectVendors: Table<ProjectVendor>;
  readonly templates: Table<PermissionTemplate>;
  readonly projects: Table<Project>;
  /** Key `projectId:personId`. */
  readonly memberships: Table<Membership>;
  readonly awaitedMembers: Table<AwaitedMember>;
  readonly apps: Table<App>;
  /** Key `appId:companyId`. */
  readonly installs: Table<Install>;
  readonly installationRequests: Table<InstallationRequest>;
  readonly codes: Table<AuthorizationCode>;
  /** Key: the access token. */
  readonly tokens: Table<Token>;
  /** Key: the secret itself. */
  readonly secrets: Table<IssuedSecret>;
  readonly manpowerLogs: Table<ManpowerLog>;
  readonly visitorLogs: Table<VisitorLog>;
  readonly accidentLogs: Table<AccidentLog>;
  readonly safetyViolationLogs: Table<SafetyViolationLog>;
  readonly notesLogs: Table<NotesLog>;
  /** Key `projectId:date`. */
  readonly dayHeaders: Table<DayHeader>;
  readonly submittals: Table<Submittal>;
  readonly submittalResponses: Table<SubmittalResponse>;
  readonly submittalStatuses: Table<SubmittalStatus>;
  readonly rfis: Table<Rfi>;
  readonly rfiReplies: Table<RfiReply>;
  /** Next id of each sequence; see `mintId`. */
  readonly sequences: Table<IdSequence>;
}

export interface IdSequence {
  /** `all`, a company's id, or a tool whose records have their own ids. */
  name: string;
  next: Id;
  step: number;
}

/** Beyond 32 bits, as in Procore's regions other than the first. */
const firstId = '4294970001';

/** An empty world: no company, no person, no app. `machineMs` is the machine's time, for tests that freeze it. */
export function createWorld({ machineMs = Date.now }: { machineMs?: () => number } = {}): World {
  const journal = createJournal();
  const table = <Row>(name: string, keyOf: (row: Row) => string): Table<Row> => createTable(journal, name, keyOf);
  const byId = (row: { id: Id }): string => row.id;
  return {
    journal,
    clock: createClock(journal, machineMs),
    switches: createSwitches(journal),
    faults: createFaults(journal),
    ledger: createLedger(journal),
    rates: createRateLimiter(),
    storage: createStorage(journal),
    companies: table<Company>('companies', byId),
    people: table<Person>('people', byId),
    companyUsers: table<CompanyUser>('company-users', (row) => `${row.companyId}:${row.personId}`),
    contacts: table<Contact>('contacts', byId),
    vendors: table<Vendor>('vendors', byId),
    projectVendors: table<ProjectVendor>('project-vendors', (row) => `${row.projectId}:${row.vendorId}`),
    templates: table<PermissionTemplate>('templates', byId),
    projects: table<Project>('projects', byId),
    memberships: table<Membership>('memberships', (row) => `${row.projectId}:${row.personId}`),
    awaitedMembers: table<AwaitedMember>('awaited-members', byId),
    apps: table<App>('apps', byId),
    installs: table<Install>('installs', (row) => `${row.appId}:${row.companyId}`),
    installationRequests: table<InstallationRequest>('installation-requests', byId),
    codes: table<AuthorizationCode>('codes', (row) => row.code),
    tokens: table<Token>('tokens', (row) => row.accessToken),
    secrets: table<IssuedSecret>('secrets', (row) => row.value),
    manpowerLogs: table<ManpowerLog>('manpower-logs', byId),
    visitorLogs: table<VisitorLog>('visitor-logs', byId),
    accidentLogs: table<AccidentLog>('accident-logs', byId),
    safetyViolationLogs: table<SafetyViolationLog>('safety-violation-logs', byId),
    notesLogs: table<NotesLog>('notes-logs', byId),
    dayHeaders: table<DayHeader>('day-headers', (row) => `${row.projectId}:${row.date}`),
    submittals: table<Submittal>('submittals', byId),
    submittalResponses: table<SubmittalResponse>('submittal-responses', byId),
    submittalStatuses: table<SubmittalStatus>('submittal-statuses', byId),
    rfis: table<Rfi>('rfis', byId),
    rfiReplies: table<RfiReply>('rfi-replies', byId),
    sequences: table<IdSequence>('sequences', (row) => row.name),
  };
}

/** A new id. Records of a company with its own sequence (see `addCompany`) take theirs from it. */
export function mintId(world: World, companyId?: Id): Id {
  const own = companyId === undefined ? undefined : world.sequences.get(companyId);
  const sequence = own ?? world.sequences.get('all') ?? { name: 'all', next: firstId, step: 1 };
  world.sequences.put({ ...sequence, next: String(BigInt(sequence.next) + BigInt(sequence.step)) });
  return sequence.next;
}
