import { z } from 'zod';
import { faultKinds, owners } from '../shared/domain/faults.ts';
import { farSideId, uuid } from '../shared/domain/ids.ts';
import { partnerNames } from '../shared/domain/partners.ts';
import { outcome, stepStates } from '../shared/domain/steps.ts';
import { connectionStages } from '../shared/store/connections/connections.ts';

/** Schemas that several routes share: parameters, pages of lists, and responses to changes. */
export const time = z.iso.datetime().meta({ description: 'UTC, ISO 8601' });
export const ownerName = z.enum(owners).meta({ description: 'Who must act' });
export const faultName = z.enum(faultKinds).meta({ id: 'Reason', description: 'Why something is stuck' });

export const id = (what: string) => uuid.meta({ description: `Id of the ${what}` });
export const connectionParams = z.strictObject({ connectionId: id('connection') });
export const projectLinkParams = z.strictObject({ projectLinkId: id('project link') });

const digits = 'send the digits of the id, as text';

/** A Procore id: digits; beyond 2^53 it is exact only as text. */
export const procoreId = z
  .union(
    [
      z
        .string()
        .trim()
        .regex(/^[1-9][0-9]{0,19}$/, digits),
      z.int(digits).positive(digits),
    ],
    digits,
  )
  .transform(String)
  .meta({ description: 'Digits, as text; ids beyond 2^53 must be text' });
export const partnerId = farSideId.meta({ description: 'Id at the partner, as text' });

export const streamName = z
  .string()
  .regex(/^[a-z][a-z-]{0,39}$/, 'send the name of a stream, such as manpower')
  .meta({ description: 'Name of a stream' });

const limitRange = 'send a whole number from 1 to 200';

export const pageQuery = z.strictObject({
  limit: z
    .string(limitRange)
    .refine((text) => /^(?:[1-9][0-9]?|1[0-9]{2}|200)$/.test(text), limitRange)
    .transform(Number)
    .default(50)
    .meta({ description: 'Items at most', override: { type: 'integer', minimum: 1, maximum: 200, default: 50 } }),
  cursor: z.string().max(300).optional().meta({ description: '`nextCursor` of the page before' }),
});

/** A page of a list; `nextCursor` is null on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

export const reminderDueAt = time.nullable().meta({
  description:
    'When a reminder of this wait fell due last: 1, 3 and 7 days after it began. Whom we ask by mail is reminded by mail; the tenant’s own people are told by whoever reads this',
});

export const runbookName = z.string().nullable().meta({ description: 'The page of the runbook in the source code, for support' });

export const stepView = z
  .strictObject({
    stepId: z.string(),
    title: z.string(),
    owner: ownerName,
    state: z.enum(stepStates),
    since: time,
    outcome: outcome.nullable().meta({ description: 'What the newest check saw, what is needed, and where' }),
    cure: z
      .string()
      .nullable()
      .meta({ description: 'What mends it, when it is stuck: what is needed, else what mends its reason anywhere' }),
    runbook: runbookName,
    reminderDueAt,
    checkedAt: time.nullable(),
    doneAt: time.nullable(),
    doneBy: z.string().nullable(),
    regressedAt: time.nullable().meta({ description: 'When a step that was done went back' }),
  })
  .meta({ id: 'Step' });

export const connectionView = z
  .strictObject({
    connectionId: uuid,
    partner: z.enum(partnerNames),
    stage: z.enum(connectionStages),
    claimedCompanyId: z.string().nullable().meta({ description: 'As typed in; proves nothing' }),
    company: z
      .strictObject({ id: z.string(), name: z.string().nullable() })
      .nullable()
      .meta({ description: 'Proven by a signed-in admin' }),
    boundAt: time.nullable(),
    syncUser: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
    modules: z.array(z.string()),
    progress: z.strictObject({ done: z.int(), of: z.int() }),
    waitingFor: z.array(ownerName).meta({ description: 'Who must act now; empty: nobody' }),
    workflowId: z.string(),
    createdAt: time,
    liveAt: time.nullable(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Connection' });

/** The response to a person's change: always stored; delivered to the run, or about to be. */
export const changeAnswer = z
  .strictObject({
    commandId: uuid.meta({ description: 'The row that holds this decision' }),
    delivered: z.boolean().meta({ description: 'false: stored, and delivered by itself as soon as the engine answers' }),
    says: z.string(),
    answer: z.unknown().meta({ description: 'What the run answered, e.g. the state of the step' }),
  })
  .meta({ id: 'Change', description: 'A decision is stored first, then told to the run.' });

const changeExample = (delivered: boolean, says: string) => ({
  commandId: '6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11',
  delivered,
  says,
  answer: null,
});

/** The two possible responses to a stored change. */
export const changeAnswers = {
  200: { says: 'Stored and told to the run', schema: changeAnswer, example: changeExample(true, 'done') },
  202: { says: 'Stored; will be delivered', schema: changeAnswer, example: changeExample(false, 'accepted, will be delivered') },
} as const;

export const reason = z
  .string()
  .trim()
  .min(3, 'send a reason of at least 3 characters')
  .max(300)
  .meta({ description: 'Why; kept in the audit log' });
