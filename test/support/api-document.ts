import { z } from 'zod';
import { openApiDocument } from '../../api/openapi.ts';
import { routes } from '../../api/routes/list.ts';

/** What the document says of a value, as far as wrong ones are made from it. */
export interface ValueSchema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly ValueSchema[] | undefined;
  readonly oneOf?: readonly ValueSchema[] | undefined;
  readonly items?: ValueSchema | undefined;
  readonly properties?: Readonly<Record<string, ValueSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
}

const valueSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(valueSchema).optional(),
    oneOf: z.array(valueSchema).optional(),
    items: valueSchema.optional(),
    properties: z.record(z.string(), valueSchema).optional(),
    required: z.array(z.string()).optional(),
  }),
);

const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema: valueSchema,
});
export type Parameter = Readonly<z.infer<typeof parameter>>;

const operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ content: z.object({ 'application/json': z.looseObject({ schema: valueSchema }) }) }).optional(),
});

const document = z
  .looseObject({
    paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'post', 'delete']), operation)),
    components: z.looseObject({ schemas: z.record(z.string(), valueSchema) }),
  })
  .parse(openApiDocument(routes, 'http://localhost'));

/** One operation as a client knows it: from the OpenAPI document alone. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  /** `POST /v1/…`, for the names of tests. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Absent where the operation takes none. */
  readonly body: ValueSchema | undefined;
}

/** Every operation of the document. A test that is made from this list cannot forget a new one. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  (['get', 'post', 'delete'] as const).flatMap((method) => {
    const found = methods[method];
    if (found === undefined) return [];
    const body = found.requestBody?.content['application/json'].schema;
    const name = `${method.toUpperCase()} ${path}`;
    return [{ id: found.operationId, method, path, name, parameters: found.parameters, body: body && resolved(body) }];
  }),
);

function resolved(schema: ValueSchema): ValueSchema {
  const name = schema.$ref?.split('/').at(-1);
  const found = name === undefined ? schema : document.components.schemas[name];
  if (found === undefined) throw new Error(`the document has no schema ${name}`);
  return found;
}

/** One field of a body, at whatever depth. */
export interface Place {
  /** Names joined by dots; a list's first item is `0`. */
  readonly field: string;
  readonly schema: ValueSchema;
  readonly required: boolean;
}

/** What tells one form of several apart: the one value that its tag, mostly `kind`, may have. */
const tagOf = (form: ValueSchema): unknown =>
  Object.values(form.properties ?? {}).find((value) => value.const !== undefined)?.const;

/** Every field below a schema. Of several forms (`oneOf`) the one is taken that the sample has the `kind` of; of a field’s forms the first. */
export function placesOf(schema: ValueSchema, sample: unknown, above: readonly string[] = []): readonly Place[] {
  const forms = schema.oneOf?.map(resolved) ?? [];
  const form = forms.find((each) => tagOf(each) === kindOf(sample)) ?? (above.length > 0 ? forms[0] : undefined) ?? schema;
  return Object.entries(form.properties ?? {}).flatMap(([name, given]) => {
    const inner = resolved(given);
    const path = [...above, name];
    const place = { field: path.join('.'), schema: inner, required: form.required?.includes(name) ?? false };
    const item = inner.items && { field: `${place.field}.0`, schema: resolved(inner.items), required: false };
    return [place, ...(item ? [item] : []), ...placesOf(inner, undefined, path)];
  });
}

const kindOf = (sample: unknown): unknown => Object(sample).kind;

/** The kinds of a body that comes in several forms; one `undefined` where it has one form. */
export const formsOf = (schema: ValueSchema): readonly unknown[] =>
  schema.oneOf?.map((form) => tagOf(resolved(form))) ?? [undefined];

/** Types that the document lets a value have: `string`, `integer`, `boolean`, `array`, `object`, `null`. */
export function typesOf(schema: ValueSchema): ReadonlySet<string> {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(resolved);
  return new Set([...[schema.type ?? []].flat(), ...alternatives.flatMap((each) => [...typesOf(each)])]);
}
