import { beforeAll, expect } from '@jest/globals';
import { z } from 'zod';
import { problemTable } from '../../api/problem.ts';
import { type ApiAnswer, type TestApi, useTestApi } from './api.ts';
import { newWorld, type World } from './api-world.ts';
import { contentsOf } from './contents.ts';

export interface WrongedApi {
  readonly api: TestApi;
  readonly world: World;
  /** Nothing was stored, changed or told to a run since the beginning, and the process serves on. */
  expectUntouched(): Promise<void>;
}

/** The API with one tenant who has one of everything, for a file of requests that are all wrong. */
export function useWrongedApi(): () => WrongedApi {
  const apiOf = useTestApi();
  let wronged: WrongedApi | undefined;
  beforeAll(async () => {
    const api = apiOf();
    const world = await newWorld(api);
    const before = await contentsOf(api.store.admin);
    const expectUntouched = async (): Promise<void> => {
      expect(await contentsOf(api.store.admin)).toEqual(before);
      expect([api.runs.told, api.runs.started]).toEqual([[], []]);
      expect((await api.call('get', '/v1/connections', { key: world.key })).status).toBe(200);
    };
    wronged = { api, world, expectUntouched };
  });
  return () => {
    if (wronged === undefined) throw new Error('the API stands from beforeAll on');
    return wronged;
  };
}

const problemShape = z.strictObject({
  type: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(problemTable)),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.strictObject({ field: z.string().min(1), message: z.string().min(1) })),
  requestId: z.uuid(),
});

export interface Refusal {
  readonly code: string;
  /** What it names as wrong, each once. */
  readonly fields: readonly string[];
}

/** A refusal in the one form: 4xx, a stable code, and the fields with what to send instead. */
export function refusalOf(answer: ApiAnswer): Refusal {
  const problem = problemShape.parse(answer.body);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.status).toBe(problem.status);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  return { code: problem.code, fields: [...new Set(problem.errors.map((error) => error.field))] };
}
