import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { useTestStore } from '../support/store.ts';
import { openStreamBench } from './engine-bench.ts';
import { streamLines } from './stream-lines.ts';
import { subjects } from './subjects.ts';

const store = useTestStore();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ profile: 'brief' });
  sandbox.world.switches.set('rateProfile', 'generous');
});
afterEach(() => sandbox.world.faults.removeAll());
afterAll(() => sandbox.close());

describe.each(partnerNames)('%s', (name) => {
  const partner = createPartners()[name];

  test('every stream it declares is supplied, and none beside', async () => {
    const supplied = Object.keys((await subjects[name].streams(sandbox)).streams);
    expect(supplied.sort()).toEqual(declarations[name].streams.map((stream) => stream.name).sort());
  });

  describe.each(declarations[name].streams.map((stream) => stream.name))('%s', (stream) => {
    test.each(streamLines.map((line) => [line.says, line] as const))('%s', async (_says, { prove }) =>
      prove(await openStreamBench(partner, subjects[name], stream, sandbox, store())),
    );
  });
});
