import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { z } from 'zod';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { listen } from '../../sandbox/listening.ts';
import { part3Server } from '../../sandbox/part3/server.ts';
import { createPart3, type Part3 } from '../../sandbox/part3/state.ts';
import { part3Tokens, seedPart3 } from '../../sandbox/seed/part3.ts';
import { type ControlGround, openControl } from './control-ground.ts';

export interface Answered {
  status: number;
  headers: Headers;
  body: unknown;
}

const recordSchema = z.looseObject({ id: z.string(), modified: z.string() });
export type Row = z.output<typeof recordSchema>;
const pageSchema = z.object({ items: z.array(recordSchema), nextCursor: z.string().nullable() });

/**
 * The sandbox's Part3, for what its own API answers. Stands: the seeded Part3 on a free port, its control API, a clock that stands still.
 * Does not: Procore, and nothing of the product.
 */
export interface Part3Alone {
  world: World;
  state: Part3;
  control: ControlGround;
  origin: string;
  /** The seeded Harbour Tower of North Studio. */
  projectId: string;
  member(firstName: string): string;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answered>;
  page(path: string): Promise<z.output<typeof pageSchema>>;
  /** One record, as a call that succeeds answers it. */
  record(method: string, path: string, body?: unknown): Promise<Row>;
  act(path: string, body: object): Promise<Row>;
  /** Moves the clock, whose seconds are what lists are ordered by. */
  later(seconds: number): void;
  close(): Promise<void>;
}

const organisation = 'north-studio';

/** A seeded Part3 on a free port with its control API; time stands still until it is moved. */
export async function openPart3(): Promise<Part3Alone> {
  const world = createWorld({ machineMs: () => Date.parse('2026-03-02T09:00:00.400Z') });
  const state = createPart3(world.journal);
  seedPart3(world, state);
  const server = await listen(part3Server({ world, state }), 0);
  const control = await openControl(world, undefined, state);
  const tower = state.projects.find((row) => row.organisation === organisation && row.record.name === 'Harbour Tower');
  const projectId = tower?.record.id ?? '';

  const call: Part3Alone['call'] = async (method, path, body, token = part3Tokens[organisation]) => {
    const answer = await fetch(`${server.origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    world,
    state,
    control,
    origin: server.origin,
    projectId,
    call,
    member: (firstName) =>
      state.members.find(({ record }) => record.projectId === projectId && record.name.startsWith(firstName))?.record.id ?? '',
    page: async (path) => pageSchema.parse((await call('GET', path)).body),
    async record(method, path, body) {
      const answer = await call(method, path, body);
      expect([answer.status < 300, answer.body]).toEqual([true, expect.anything()]);
      return recordSchema.parse(answer.body);
    },
    act: async (path, body) => recordSchema.parse(await control.done(`/part3/${path}`, { organisation, ...body })),
    later: (seconds) => void world.clock.advance(seconds * 1000),
    async close() {
      await Promise.all([server.close(), control.close()]);
      state.bytes.close();
    },
  };
}

/** An RFI as the sync brings it. */
export const rfi = (fields: object = {}) => ({
  number: '14',
  revision: null,
  status: 'open',
  isPrivate: false,
  readers: null,
  ballInCourt: [],
  manager: null,
  dueOn: '2026-03-09',
  files: [],
  link: 'https://us02.procore.example/rfi/14',
  subject: 'Slab edge',
  questionHtml: '<p>Where?</p>',
  askedByName: 'Gus Romero',
  askedAt: '2026-03-01T10:00:00Z',
  assignees: [],
  replies: [],
  ...fields,
});

/** A submittal with one place for an approver. */
export const submittal = (approver: string, fields: object = {}) => ({
  number: '033000-1',
  revision: '0',
  status: 'open',
  isPrivate: false,
  readers: null,
  ballInCourt: [{ name: 'Ria Solà', memberId: approver }],
  manager: null,
  dueOn: null,
  files: [],
  link: null,
  title: 'Concrete mix',
  statusName: 'Open',
  superseded: false,
  workflow: [
    {
      slot: '901',
      step: 1,
      kind: 'approver',
      party: { name: 'Ria Solà', memberId: approver },
      required: true,
      dueOn: null,
      responseName: null,
      comment: null,
      respondedAt: null,
      files: [],
    },
  ],
  distribution: [],
  responseNames: ['Approved', 'Revise and Resubmit'],
  ...fields,
});

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
