import { z } from 'zod';
import type { JsonClient } from '../http.ts';

/** What Procore and Part3 really hold for one project, read from the sandbox's control API, bypassing the product. */
const id = z.union([z.string(), z.number()]).transform(String);
const text = z.string();

const party = z.object({ name: text, memberId: text.nullable() });
const item = {
  id: text,
  projectId: text,
  externalKey: text,
  number: text,
  status: text,
  isPrivate: z.boolean(),
  readers: z.array(text).nullable(),
  ballInCourt: z.array(party),
  dueOn: text.nullable(),
  files: z.array(text),
};
const part3Rfi = z.object({
  ...item,
  subject: text,
  questionHtml: text,
  assignees: z.array(party),
  replies: z.array(z.object({ authorMemberId: text.nullable(), bodyHtml: text, official: z.boolean(), files: z.array(text) })),
});
export type Part3Rfi = z.infer<typeof part3Rfi>;
const part3Submittal = z.object({
  ...item,
  revision: text.nullable(),
  title: text,
  superseded: z.boolean(),
  distribution: z.array(party),
  workflow: z.array(
    z.object({
      slot: text,
      step: z.number(),
      party,
      required: z.boolean(),
      responseName: text.nullable(),
      comment: text.nullable(),
      files: z.array(text),
    }),
  ),
});
export type Part3Submittal = z.infer<typeof part3Submittal>;

const answering = { id: text, projectId: text, authorMemberId: text, fileIds: z.array(text), state: text, version: z.number() };
const part3Answer = z.object({ ...answering, rfiId: text, bodyHtml: text, official: z.boolean() });
const part3Return = z.object({ ...answering, submittalId: text, slot: text, responseName: text, comment: text });
const part3File = z.object({
  id: text,
  projectId: text,
  externalKey: text.nullable(),
  name: text,
  size: z.number(),
  sha256: text,
  state: text,
});
const member = z.object({
  id: text,
  projectId: text,
  companyId: text,
  name: text,
  email: text,
  returns: z.boolean(),
  leftAt: text.nullable(),
});

const part3Truth = z.object({
  projects: z.array(z.object({ id: text, name: text })),
  companies: z.array(z.object({ id: text, projectId: text, name: text, role: text })),
  members: z.array(member),
  rfis: z.array(part3Rfi),
  submittals: z.array(part3Submittal),
  answers: z.array(part3Answer),
  returns: z.array(part3Return),
  files: z.array(part3File),
});
export type Part3Truth = z.infer<typeof part3Truth>;

const attachment = z.object({ id, filename: text, size: z.number(), sha256: text });
export type Attachment = z.infer<typeof attachment>;
const attachments = z.array(attachment);
const moment = text.nullable();

const procoreRfi = z.object({
  id,
  projectId: id,
  number: text.nullable(),
  subject: text,
  state: text,
  private: z.boolean(),
  dueDate: text.nullable(),
  managerId: id,
  assigneeIds: z.array(id),
  distributionIds: z.array(id),
  ball: z.object({ holderIds: z.array(id) }),
  question: z.object({ body: text, attachments }),
  recycledAt: moment,
  updatedAt: text,
});
export type ProcoreRfi = z.infer<typeof procoreRfi>;

const procoreReply = z.object({
  id,
  projectId: id,
  rfiId: id,
  authorId: id,
  official: z.boolean(),
  body: text,
  attachments,
  clientId: text.nullable(),
});
export type ProcoreReply = z.infer<typeof procoreReply>;

const slot = z.object({
  id,
  userId: id,
  step: z.number(),
  required: z.boolean(),
  responseId: id.nullable(),
  comment: text.nullable(),
  attachments,
});
const procoreSubmittal = z.object({
  id,
  projectId: id,
  number: text,
  revision: text,
  currentRevision: z.boolean(),
  title: text,
  private: z.boolean(),
  managerId: id.nullable(),
  distributionIds: z.array(id),
  dueDate: text.nullable(),
  attachments,
  approvers: z.array(slot),
  openDate: moment,
  closedAt: moment,
  deletedAt: moment,
  updatedAt: text,
});
export type ProcoreSubmittal = z.infer<typeof procoreSubmittal>;

/** A response in a slot. */
const said = slot.extend({ submittalId: id, name: text, considered: text });
const record = z.object({
  projectId: id.nullable(),
  current: z.unknown(),
  history: z.array(z.object({ at: text, actor: id, clientId: text.nullable(), action: text, row: z.unknown() })),
});

/** One response in a slot of a submittal, in the order in which they were given; `clientId` names the app, if one gave it. */
export type ProcoreResponse = z.infer<typeof said> & {
  readonly at: string;
  readonly by: string;
  readonly clientId: string | null;
};

export interface ProcoreTruth {
  readonly rfis: readonly ProcoreRfi[];
  /** Every reply that was ever made and not deleted. */
  readonly replies: readonly ProcoreReply[];
  readonly submittals: readonly ProcoreSubmittal[];
  readonly responses: readonly ProcoreResponse[];
}

export interface ProjectTruth {
  part3(): Promise<Part3Truth>;
  /** Of one project in Procore. */
  procore(projectId: string): Promise<ProcoreTruth>;
  /** The token of the organisation at Part3. */
  token(): Promise<string>;
}

export function projectTruthFrom(control: JsonClient, organisation: string): ProjectTruth {
  const records = async (resource: string, projectId: string) =>
    z
      .array(record)
      .parse(await control.get(`/ledger/records?resource=${resource}`))
      .filter((one) => one.projectId === projectId);
  const current = async <Row extends z.ZodType>(resource: string, projectId: string, row: Row) =>
    z.array(row).parse((await records(resource, projectId)).flatMap((one) => (one.current === null ? [] : [one.current])));
  return {
    part3: async () => part3Truth.parse(await control.get(`/part3/truth?organisation=${organisation}`)),
    async procore(projectId) {
      const [rfis, replies, submittals, responses] = await Promise.all([
        current('rfis', projectId, procoreRfi),
        current('rfi-replies', projectId, procoreReply),
        current('submittals', projectId, procoreSubmittal),
        records('submittal-responses', projectId),
      ]);
      return {
        rfis,
        replies,
        submittals,
        responses: responses.flatMap(({ history }) =>
          history.map(({ at, actor, clientId, row }) => ({ ...said.parse(row), at, by: actor, clientId })),
        ),
      };
    },
    async token() {
      const all = z
        .array(z.object({ token: text, organisation: text, active: z.boolean(), mayWrite: z.boolean() }))
        .parse(await control.get('/part3/tokens'));
      const found = all.find((one) => one.organisation === organisation && one.active && one.mayWrite);
      if (found === undefined) throw new Error(`the sandbox knows no token of ${organisation}`);
      return found.token;
    },
  };
}
