import { readFileSync } from 'node:fs';
import { Connection } from '@temporalio/client';
import { readEnvironment, releaseEnvironment } from '../shared/config/environment.ts';
import { readTemporalSettings } from '../shared/config/temporal.ts';
import { buildIdOf, makeCurrent } from '../worker/release.ts';

/** Makes this build's worker version the current one, which gets new work. Repeatable; prints one line of JSON. */
const settings = readEnvironment(releaseEnvironment);
const { connectionOptions, namespace } = readTemporalSettings();
const buildId = buildIdOf(readFileSync(settings.WORKFLOW_BUNDLE, 'utf8'));
const connection = await Connection.connect(connectionOptions);
try {
  const patienceMs = settings.RELEASE_PATIENCE_SECONDS * 1000;
  const release = { namespace, buildId, identity: 'groundwork-release', patienceMs };
  const before = await makeCurrent(connection.workflowService, release);
  process.stdout.write(`${JSON.stringify({ current: buildId, before })}\n`);
} finally {
  await connection.close();
}
