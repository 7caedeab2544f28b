import { randomUUID } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { given } from '../kernel/given.ts';
import { seqOf } from '../kernel/traffic.ts';
import type { World } from '../kernel/world.ts';
import { refuse } from './answers.ts';
import { emailOf, tenantOf } from './bearer.ts';
import { type Employer, timeStamp } from './records.ts';
import type { HammerTech } from './state.ts';

const employerSchema = z.object({
  name: z.string().trim().min(1),
  abn: z.string().nullish(),
  ein: z.string().nullish(),
  parentEmployerId: z.guid().nullish(),
});

function problemIn(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'invalid'}`;
}

/** Employers are the one thing an integration may write: create, and update by id. */
export function employerRouter(world: World, state: HammerTech, now: () => Date): Router {
  const router = express.Router();

  /** Stores the record and enters it in the ledger as a commit of this very request. */
  function commit(response: Response, record: Employer, action: 'create' | 'update'): void {
    state.employers.put({ tenant: tenantOf(response), record });
    const by = { at: world.clock.instant(), actor: emailOf(response), clientId: null, seq: seqOf(response) };
    world.ledger.commit(
      { resource: 'hammertech.employers', id: record.id, action, companyId: null, projectId: null, row: record },
      by,
    );
  }

  router.post('/', (request, response) => {
    const body = employerSchema.safeParse(request.body);
    if (!body.success) return refuse(response, 400, problemIn(body.error));
    const { name, abn = null, ein = null, parentEmployerId = null } = body.data;
    const record: Employer = { id: randomUUID(), name, abn, ein, parentEmployerId, modified: timeStamp(now()) };
    commit(response, record, 'create');
    response.status(201).json(record);
  });

  router.put('/:id', (request, response) => {
    const stored = state.employers.get(request.params.id);
    if (stored?.tenant !== tenantOf(response)) return refuse(response, 404, `Employers ${request.params.id} was not found.`);
    const body = employerSchema.partial().safeParse(request.body);
    if (!body.success) return refuse(response, 400, problemIn(body.error));
    const record: Employer = { ...stored.record, ...given(body.data), modified: timeStamp(now()) };
    commit(response, record, 'update');
    response.json(record);
  });
  return router;
}
