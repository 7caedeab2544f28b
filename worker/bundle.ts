import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from '../shared/temporal/data-converter.ts';

/** One of our modules: its source if there is one, else the compiled file. */
function moduleAt(place: string): string {
  const source = fileURLToPath(new URL(`${place}.ts`, import.meta.url));
  return existsSync(source) ? source : fileURLToPath(new URL(`${place}.js`, import.meta.url));
}

/** One bundle for worker, tests and replay: workflows, their interceptors and the failure converter. */
export async function bundleWorkflows(workflowsPath: string = moduleAt('../workflows/index')): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [moduleAt('./interceptors/workflow')],
    failureConverterPath: failureConverterPath(),
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}

/** Writes the bundle atomically. */
export async function writeWorkflowBundle(target: string, workflowsPath?: string): Promise<void> {
  const code = await bundleWorkflows(workflowsPath);
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, target);
}
