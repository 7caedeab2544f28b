import { afterAll, afterEach, beforeAll, describe, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { createPartners } from '../../shared/partners/registry.ts';
import { type ClientBench, openClientBench } from './client-bench.ts';
import { listLines } from './list-lines.ts';
import { refusalLines } from './refusal-lines.ts';
import { subjects } from './subjects.ts';

describe.each(partnerNames)('%s', (name) => {
  let sandbox: Sandbox;
  let bench: ClientBench | undefined;
  beforeAll(async () => {
    sandbox = await startSandbox({ profile: 'brief' });
  });
  afterEach(async () => {
    await bench?.relay.close();
    bench = undefined;
  });
  afterAll(() => sandbox.close());

  test.each([...listLines, ...refusalLines].map((line) => [line.says, line] as const))('%s', async (_says, { prove }) => {
    bench = await openClientBench(createPartners()[name], subjects[name].client(sandbox), sandbox);
    await prove(bench);
  });
});
