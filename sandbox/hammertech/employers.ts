import { randomUUID } from 'node:crypto';
import express, { type Router } from 'express';
import { z } from 'zod';
import { refuse } from './answers.ts';
import { tenantOf } from './bearer.ts';
import { given } from './given.ts';
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
export function employerRouter(state: HammerTech, now: () => Date): Router {
  const router = express.Router();

  router.post('/', (request, response) => {
    const body = employerSchema.safeParse(request.body);
    if (!body.success) return refuse(response, 400, problemIn(body.error));
    const { name, abn = null, ein = null, parentEmployerId = null } = body.data;
    const record: Employer = { id: randomUUID(), name, abn, ein, parentEmployerId, modified: timeStamp(now()) };
    state.employers.put({ tenant: tenantOf(response), record });
    response.status(201).json(record);
  });

  router.put('/:id', (request, response) => {
    const tenant = tenantOf(response);
    const stored = state.employers.get(request.params.id);
    if (stored?.tenant !== tenant) return refuse(response, 404, `Employers ${request.params.id} was not found.`);
    const body = employerSchema.partial().safeParse(request.body);
    if (!body.success) return refuse(response, 400, problemIn(body.error));
    const record: Employer = { ...stored.record, ...given(body.data), modified: timeStamp(now()) };
    state.employers.put({ tenant, record });
    response.json(record);
  });
  return router;
}
