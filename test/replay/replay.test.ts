import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { sealedDataConverter } from '../../shared/temporal/data-converter.ts';
import { required } from '../support/database.ts';
import { testCodecKeys } from '../workflow/namespace.ts';
import { recordedNamespace, recordings } from './recordings.ts';

const folder = new URL('./histories/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const bundlePath = required('GROUNDWORK_WORKFLOW_BUNDLE');

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
});

async function replay(file: string, workflowBundle: WorkflowBundleOption, change = (text: string) => text): Promise<unknown> {
  const text = change(readFileSync(new URL(file, folder), 'utf8'));
  const workflowId: unknown = JSON.parse(text).events[0].workflowExecutionStartedEventAttributes.workflowId;
  const results = Worker.runReplayHistories(
    { workflowBundle, dataConverter: sealedDataConverter(recordedNamespace, testCodecKeys) },
    [{ workflowId: String(workflowId), history: historyFromJSON(JSON.parse(text)) }],
  );
  for await (const { error } of results) return error;
  throw new Error('nothing was replayed');
}

test('there is a recorded history of every scenario, the run after a continue-as-new included', () => {
  for (const name of Object.keys(recordings))
    expect(files.filter((file) => file.startsWith(`${name}__`)).length).toBeGreaterThan(0);
  expect(files.some((file) => file.includes('-run-2'))).toBe(true);
});

test.each(files)('%s replays with today’s workflows', async (file) => {
  expect(await replay(file, { codePath: bundlePath })).toBeUndefined();
});

test.each(files)('control: today’s workflows with one activity taken for another do not replay %s', async (file) => {
  const code = readFileSync(bundlePath, 'utf8');
  const others = [
    ['openOnboarding', 'endOnboarding'],
    ['openCycle', 'setPaused'],
    ['checkAll', 'remind'],
    ['tidy', 'remind'],
  ] as const;
  const mutated = others.reduce((text, [one, other]) => text.replaceAll(`.${one}`, `.${other}`), code);
  expect(await replay(file, { code: mutated })).toBeInstanceOf(DeterminismViolationError);
});

test('control: a history in which another activity came first is refused', async () => {
  const change = (text: string) => text.replace('"name": "openOnboarding"', '"name": "skipStep"');
  expect(await replay('onboarding__all-met__v1.json', { codePath: bundlePath }, change)).toBeInstanceOf(
    DeterminismViolationError,
  );
});
