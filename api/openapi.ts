import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { problemTable } from './problem.ts';
import { nothing, type Route } from './route.ts';

const idempotencyKey = z.string().min(8).max(200).optional().meta({
  description:
    'Makes a repeat of this request safe for three days: the first answer is given again. Use a random text, such as a UUID.',
});

const problem = z
  .strictObject({
    type: z.string().meta({ description: 'URN of the code' }),
    status: z.int(),
    code: z.enum(Object.keys(problemTable)).meta({ description: 'Stable; programs branch on it' }),
    title: z.string(),
    detail: z.string().meta({ description: 'What is wrong and what to send' }),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional().meta({ description: 'Quote it to support' }),
  })
  .meta({
    id: 'Problem',
    description: 'Why a request was refused (RFC 9457).',
    example: {
      type: 'urn:groundwork:problem:invalid-input',
      status: 400,
      code: 'invalid-input',
      title: problemTable['invalid-input'].title,
      detail: 'procore.clientId: send text',
      errors: [{ field: 'procore.clientId', message: 'send text' }],
      requestId: '6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11',
    },
  });

/** Statuses a route may refuse with, all in the same problem form. */
function refusalsOf(route: Route): readonly number[] {
  const always = [400, 401, 403, 404, 408, 421, 429, 431, 500];
  return [...always, ...(route.method === 'post' ? [409, 413, 415, 422] : (route.refuses ?? []))];
}

function responsesOf(route: Route): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    const example = answer.example === undefined ? {} : { example: answer.example };
    responses[status as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: answer.says,
      content: { 'application/json': { schema: answer.schema, ...example } },
    };
  }
  for (const status of refusalsOf(route)) {
    const titles = Object.values(problemTable).filter((facts) => facts.status === status);
    responses[String(status) as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: titles.map((facts) => facts.title).join(', or: '),
      content: { 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const example = route.example === undefined ? {} : { example: route.example };
  const takesBody = route.method === 'post' && route.body !== nothing;
  return {
    operationId: route.id,
    tags: [route.family],
    summary: route.summary,
    description: `${route.description ?? route.summary}\n\nNeeds a key of scope \`${route.scope}\`.`,
    security: [{ apiKey: [] }],
    requestParams: {
      path: route.params,
      query: route.query,
      ...(route.method === 'post' ? { header: z.object({ 'Idempotency-Key': idempotencyKey }) } : {}),
    },
    ...(takesBody
      ? {
          requestBody: {
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: route.body, ...example } },
          },
        }
      : {}),
    responses: responsesOf(route),
    'x-scope': route.scope,
  };
}

/** The OpenAPI 3.1 document of the machine API, made from the same definitions that serve it. */
export function openApiDocument(routes: readonly Route[], serverUrl: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Groundwork',
      version: '1',
      description:
        'Connects a partner platform to Procore and keeps the two in step. Every refusal is a problem (RFC 9457) with a stable `code`. ' +
        'What belongs to another tenant answers like what does not exist. Lists answer `items` and `nextCursor`.',
    },
    servers: [{ url: serverUrl }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'API key of a tenant: `Authorization: Bearer <key>`' },
      },
    },
    paths,
  });
}
