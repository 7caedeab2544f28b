import { z } from 'zod';
import { workflowIds } from '../../shared/domain/ids.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { pushHeld, setAutomation, setStartDate } from '../../shared/store/projects/link-settings.ts';
import { type ProjectLinkView, projectLinkView } from '../../shared/store/projects/project-links-view.ts';
import { wordOf } from '../../shared/store/rows.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { decide } from '../delivery.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { type Answer, type Caller, nothing, type Route, route } from '../route.ts';
import { changeAnswer, changeAnswers, id, projectLinkParams, streamName } from '../schemas.ts';

/** A change to a link; the loop is then asked for a cycle at once, unless it is paused. */
interface LinkChange {
  readonly action: string;
  readonly fields: readonly string[];
  readonly apply: (db: Db, link: ProjectLinkView) => Promise<void>;
}

const stored = z
  .strictObject({ says: z.string() })
  .meta({ id: 'Stored', description: 'Stored; it holds from the next cycle on.' });

const answers = {
  ...changeAnswers,
  200: { says: 'Stored, and a cycle was made with it', schema: changeAnswer },
  201: { says: 'Stored; the project is paused, so it holds from the next cycle on', schema: stored },
} as const;

const changedLink = z.object({ state: z.string(), connectionId: z.string() });

async function change(
  caller: Caller,
  dependencies: ApiDependencies,
  projectLinkId: string,
  { action, fields, apply }: LinkChange,
): Promise<Answer> {
  const store = async (db: Db): Promise<z.output<typeof changedLink>> => {
    const link = await projectLinkView(db, projectLinkId);
    if (link === undefined) throw notFound();
    if (link.state === 'unlinked') throw new Problem('not-now', 'The project is not linked any more.');
    await apply(db, link);
    const subject = `project-link:${projectLinkId}`;
    await appendAudit(db, caller.tenantId, [{ actorId: caller.actorId, action, subject, fields }]);
    return { state: link.state, connectionId: link.connectionId };
  };
  const link = await caller.once('change', changedLink, store);
  if (link.state === 'paused') return { status: 201, body: { says: 'stored; the project is paused' } };
  return decide(caller, dependencies, async () => ({
    kind: 'syncNow',
    input: {},
    connectionId: link.connectionId,
    projectLinkId,
    workflowId: workflowIds.projectSync(caller.tenantId, projectLinkId),
    subject: `project-link:${projectLinkId}`,
  }));
}

/** Refuses a stream that a link of this kind does not have, by name: its switch would have no effect. */
function checkStream({ partner, scope }: ProjectLinkView, stream: string): void {
  const streams = declarations[wordOf(partnerNames, partner)].streams
    .filter((one) => one.scope === scope)
    .map(({ name }) => name);
  if (!streams.includes(stream)) throw invalid('stream', `there is no stream ${stream} here; send one of ${streams.join(', ')}`);
}

export const linkSettingRoutes: readonly Route[] = [
  route({
    id: 'setAutomation',
    method: 'post',
    path: '/v1/project-links/{projectLinkId}/automation',
    scope: 'admin',
    family: 'Project links',
    summary: 'Say which writes of a stream go out by themselves',
    description: 'What is switched off is still prepared and shown, and waits, held, until somebody pushes it.',
    params: projectLinkParams,
    query: nothing,
    body: z.strictObject({ stream: streamName, create: z.boolean(), update: z.boolean() }),
    example: { stream: 'manpower', create: false, update: true },
    answers,
    handle: ({ params, body }, caller, dependencies) =>
      change(caller, dependencies, params.projectLinkId, {
        action: 'link.automation',
        fields: [body.stream, 'create', 'update'],
        apply: async (db, link) => {
          checkStream(link, body.stream);
          await setAutomation(db, params.projectLinkId, body.stream, { create: body.create, update: body.update });
        },
      }),
  }),
  route({
    id: 'pushHeld',
    method: 'post',
    path: '/v1/project-links/{projectLinkId}/push',
    scope: 'operate',
    family: 'Project links',
    summary: 'Send held deliveries on their way',
    params: projectLinkParams,
    query: nothing,
    body: z.strictObject({
      deliveryIds: z
        .union([z.literal('all'), z.array(id('delivery')).min(1).max(1000)])
        .meta({ description: 'Those to send, from `GET /v1/deliveries`; or "all"' }),
    }),
    example: { deliveryIds: 'all' },
    answers,
    handle: ({ params, body }, caller, dependencies) =>
      change(caller, dependencies, params.projectLinkId, {
        action: 'link.push',
        fields: ['deliveryIds'],
        apply: async (db) => {
          const pushed = await pushHeld(db, params.projectLinkId, body.deliveryIds);
          if (pushed === 0 && body.deliveryIds !== 'all')
            throw new Problem('not-now', 'None of these deliveries is held; they are on their way or settled.');
        },
      }),
  }),
  route({
    id: 'setStartDate',
    method: 'post',
    path: '/v1/project-links/{projectLinkId}/start-date',
    scope: 'admin',
    family: 'Project links',
    summary: 'Say from which day on records are carried',
    description: 'What was written for earlier days stays as it is.',
    params: projectLinkParams,
    query: nothing,
    body: z.strictObject({
      startDate: z.iso.date().nullable().meta({ description: 'A day of the project; null: as far back as the window reaches' }),
    }),
    example: { startDate: '2026-11-01' },
    answers,
    handle: ({ params, body }, caller, dependencies) =>
      change(caller, dependencies, params.projectLinkId, {
        action: 'link.start-date',
        fields: ['startDate'],
        apply: (db) => setStartDate(db, params.projectLinkId, body.startDate),
      }),
  }),
];
