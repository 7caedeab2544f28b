import { stepOfCommand } from '../../shared/domain/commands.ts';
import { companyId, dryRunAt, type World } from './api-world.ts';
import { contractor, responseId, unauthorizedMember } from './contracting-world.ts';

export interface Sample {
  readonly path: string;
  readonly body?: unknown;
}

const reason = 'a good reason';
const choice = { existing: 'all', chosen: ['1'], future: true };
const backfill = { which: 'since', since: '2026-01-15' };
const otherBackfills: Readonly<Record<string, unknown>> = { none: { which: 'none' }, open: { which: 'open' } };
const pair = { kind: 'company', procoreId: '77' };

/** Bodies that an operation takes, every field in them that goes together; operations that take none are absent. */
const bodies: Readonly<Record<string, unknown>> = {
  createOnboarding: { partner: 'hammertech', procore: { clientId: 'client-1', clientSecret: 'secret-of-the-client', companyId } },
  stopConnection: { reason },
  inviteResponder: { wrongAccount: false },
  submitCredentials: { clientId: 'client-1', clientSecret: 'secret-of-the-client', companyId },
  submitPartnerLogin: { region: 'au', tenant: 'acme', email: 'sync@acme.example', password: 'password-of-the-login' },
  skipStep: { reason },
  chooseProjects: choice,
  decideMatch: pair,
  confirm: { dryRunAt },
  createInvitation: {
    project: { id: 'p-1', name: 'Harbour Tower' },
    inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
    invited: { company: 'Acme Builders', email: 'gus@acme.example' },
  },
  createSignIn: { purpose: 'prove-ownership' },
  pause: { reason },
  resume: { reason },
  syncNow: { reason, reconcile: true },
  retryItems: { reason: 'vendor-not-on-project' },
  resolveItem: { resolution: 'retry', reason },
  setAutomation: { stream: 'manpower', create: false, update: true },
  pushHeld: { deliveryIds: 'all' },
  dryRun: { stream: 'manpower' },
  setStartDate: { startDate: '2026-11-01' },
  mapResponse: { name: 'Approved as Noted' },
  chooseBackfill: backfill,
  acceptContractor: { ...contractor, email: 'ada@beta.example' },
  changeSettings: { modules: ['manpower', 'vendors'], settings: {} },
};

/** Queries without which an operation is refused. */
const queries = ({ projectLinkId }: World): Readonly<Record<string, string>> => ({
  listDeliveries: `?projectLinkId=${projectLinkId}`,
  estimateBackfill: '?which=since&since=2026-01-15',
  listLinkForeseen: '?stream=manpower',
});

/** What `provideInput` takes, by its kind. */
const inputs = {
  'choose-projects': choice,
  'confirm-future': {},
  confirm: { dryRunAt },
  'decide-match': { ...pair, partnerId: 'emp-1' },
  'map-response': { responseId, name: 'Approved as Noted' },
  'choose-backfill': backfill,
} as const;

/** Asked of connections whose people sign in themselves, and of no other. */
const ofPeople = /\/(?:responses|backfill|contractor|status)(?:\/|$)/;

const isInputKind = (kind: unknown): kind is keyof typeof inputs => typeof kind === 'string' && kind in inputs;

/**
 * A request that succeeds for the world's own tenant; of a body that comes in several forms the one of that kind. Throws for a
 * parameter that it knows no value of.
 */
export function sampleOf(operation: { readonly id: string; readonly path: string }, world: World, kind?: unknown): Sample {
  const inputKind = isInputKind(kind) ? kind : 'decide-match';
  const takesInput = operation.id === 'provideInput';
  const asksMember = operation.id === 'inviteResponder';
  const isOfPeople = asksMember || ofPeople.test(operation.path) || ['map-response', 'choose-backfill'].includes(String(kind));
  const values: Readonly<Record<string, string>> = {
    connectionId: isOfPeople ? world.peopleConnectionId : world.connectionId,
    responseId,
    projectLinkId: world.projectLinkId,
    attentionItemId: world.attentionItemId,
    signInId: world.signInId,
    invitationId: world.invitationId,
    memberId: asksMember ? unauthorizedMember.memberId : world.memberId,
    consentId: world.consentId,
    partnerId: 'emp-1',
    stepId: takesInput ? stepOfCommand[inputKind] : 'verifyCredentials',
  };
  const path = operation.path.replaceAll(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no sample of the parameter ${name}: give it one here`);
    return value;
  });
  const query = queries(world)[operation.id] ?? '';
  const otherForm = operation.id === 'chooseBackfill' ? otherBackfills[String(kind)] : undefined;
  const body = takesInput ? { kind: inputKind, input: inputs[inputKind] } : (otherForm ?? bodies[operation.id]);
  return { path: `${path}${query}`, ...(body === undefined ? {} : { body }) };
}
