import { describe, expect, test } from '@jest/globals';
import { broken, castsBoundCompany, importRules, readsEnvironment } from './rules.ts';
import { parse, sources } from './sources.ts';

const product = ['workflows', 'activities', 'worker', 'api', 'shared'];
const everything = sources([...product, 'sandbox', 'scripts', 'bench']);

describe('import rules of the design', () => {
  test.each(importRules.map((rule) => [rule.says, rule] as const))('%s', (_says, rule) => {
    expect(broken(everything, rule)).toEqual([]);
  });

  test('only shared/config reads the environment', () => {
    expect(readsEnvironment(everything.filter((file) => product.some((room) => file.path.startsWith(`${room}/`))))).toEqual([]);
  });

  test('nobody casts a bound company into being', () => {
    expect(castsBoundCompany(everything)).toEqual([]);
  });
});

describe('the rules bite', () => {
  const offenders: readonly [string, string, string][] = [
    [
      'workflows import only shared/domain and activity types',
      'workflows/care.ts',
      "import { pool } from '../shared/store/tenancy.ts';",
    ],
    [
      'workflows import only shared/domain and activity types',
      'workflows/care.ts',
      "import { checkStep } from '../activities/checks/step.ts';",
    ],
    [
      'shared/domain imports nothing of ours and does no I/O',
      'shared/domain/steps.ts',
      "import { readFileSync } from 'node:fs';",
    ],
    [
      'shared/procore and shared/partners know nothing of the store',
      'shared/procore/client.ts',
      "export { x } from '../store/tenancy.ts';",
    ],
    ['activities never import api', 'activities/index.ts', "const app = await import('../api/app.ts');"],
    [
      'nothing imports the sandbox but scripts, bench and tests',
      'worker/main.ts',
      "import { startSandbox } from '../sandbox/start.ts';",
    ],
    [
      'the tour reckons by itself: nothing of shared/domain or shared/partners',
      'scripts/tour/reckoning.ts',
      "import { hours } from '../../shared/domain/hours.ts';",
    ],
  ];

  test.each(offenders)('%s: %s with %s', (says, file, text) => {
    const rule = importRules.find((each) => each.says === says);
    expect(rule && broken([parse(file, text)], rule)).toHaveLength(1);
  });

  test('a type import of an activity is allowed in a workflow', () => {
    const file = parse('workflows/care.ts', "import type { Activities } from '../activities/contract.ts';");
    expect(importRules.flatMap((rule) => broken([file], rule))).toEqual([]);
  });

  test('an environment read is found', () => {
    expect(readsEnvironment([parse('api/app.ts', "export const port = process.env['PORT'];")])).toEqual(['api/app.ts']);
  });
});
