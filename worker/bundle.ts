import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from '../shared/temporal/data-converter.ts';

/** The same place as source or compiled: beside `.ts` files lie `.ts` files. */
const beside = (place: string): string =>
  fileURLToPath(new URL(`${place}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/** One bundle for worker, tests and replay: workflows, their interceptors and the failure converter. */
export async function bundleWorkflows(workflowsPath: string = beside('../workflows/index')): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [beside('./interceptors/workflow')],
    failureConverterPath: failureConverterPath(),
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}

/** Writes the bundle, whole or not at all. */
export async function writeWorkflowBundle(target: string, workflowsPath?: string): Promise<void> {
  const code = await bundleWorkflows(workflowsPath);
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, target);
}
