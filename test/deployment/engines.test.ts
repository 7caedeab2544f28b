import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { composeOf, fileAt, interpolate, readComposeText } from './compose.ts';

const text = fileAt('docker-compose.yml');
const file = composeOf(readComposeText(text));

describe('Temporal', () => {
  const server = file.services['temporal']?.environment ?? {};
  const ui = file.services['temporal-ui']?.environment ?? {};

  test('knows who calls by certificate and token, on every door, and keeps its HTTP doors shut', () => {
    expect(server).toMatchObject({
      TEMPORAL_AUTH_AUTHORIZER: 'default',
      TEMPORAL_AUTH_CLAIM_MAPPER: 'default',
      TEMPORAL_TLS_REQUIRE_CLIENT_AUTH: 'true',
      TEMPORAL_TLS_INTERNODE_DISABLE_HOST_VERIFICATION: 'false',
      TEMPORAL_TLS_FRONTEND_DISABLE_HOST_VERIFICATION: 'false',
      USE_INTERNAL_FRONTEND: 'true',
      TEMPORAL_SERVICES: 'frontend,internal-frontend,history,matching,worker',
      FRONTEND_HTTP_PORT: '0',
      INTERNAL_FRONTEND_HTTP_PORT: '0',
      SQL_TLS_ENABLED: 'true',
      SQL_HOST_VERIFICATION: 'true',
    });
    expect(server['TEMPORAL_JWT_KEY_SOURCE1']).toMatch(/^https:/);
    expect(text).not.toContain('--allow-no-auth');
  });

  test('has 512 shards where nothing is said', () => {
    const asked = server['NUM_HISTORY_SHARDS'] ?? '';
    expect(interpolate(asked, {})).toBe('512');
    expect(interpolate(asked, { NUM_HISTORY_SHARDS: '1024' })).toBe('1024');
  });

  test('has the settings that the design measured with', () => {
    const settings = z
      .record(z.string(), z.tuple([z.strictObject({ value: z.unknown() })]))
      .parse(readComposeText(fileAt('docker/temporal/dynamic-config.yaml')));
    expect(Object.fromEntries(Object.entries(settings).map(([name, [{ value }]]) => [name, value]))).toEqual({
      'history.transferProcessorMaxPollRPS': 1000,
      'history.timerProcessorMaxPollRPS': 1000,
      'history.visibilityProcessorMaxPollRPS': 1000,
      'system.enableActivityEagerExecution': true,
      'frontend.WorkflowPauseEnabled': false,
      'limit.maxIDLength': 255,
    });
  });

  test('its UI asks people to sign in, cannot end, start or batch, and passes their token to the codec endpoint', () => {
    expect(ui).toMatchObject({
      TEMPORAL_AUTH_ENABLED: 'true',
      TEMPORAL_WORKFLOW_TERMINATE_DISABLED: 'true',
      TEMPORAL_START_WORKFLOW_DISABLED: 'true',
      TEMPORAL_BATCH_ACTIONS_DISABLED: 'true',
      TEMPORAL_CODEC_PASS_ACCESS_TOKEN: 'true',
      TEMPORAL_TLS_ENABLE_HOST_VERIFICATION: 'true',
    });
  });

  test('the search attributes that its job makes are those of our workflows', async () => {
    const { searchAttributes } = (await import('../../scripts/engines/temporal.mjs' as string)) as {
      searchAttributes: Record<string, string>;
    }; // a module without types
    const made = [...fileAt('docker/temporal/namespace.sh').matchAll(/^attribute (\w+) (\w+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    expect(Object.fromEntries(made)).toEqual(searchAttributes);
  });
});

describe('Postgres', () => {
  const settings = Object.fromEntries(
    [...fileAt('docker/postgres/postgresql.conf').matchAll(/^(\w+) = '?([^'\n]+?)'?$/gm)].map(([, name, value]) => [name, value]),
  );
  const doors = fileAt('docker/postgres/pg_hba.conf')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));

  test('takes scram over TLS alone, and refuses who is not named', () => {
    expect(
      doors.every(([kind, , , ...rest]) => (kind === 'host' ? rest.join(' ') === 'all reject' : rest.at(-1) === 'scram-sha-256')),
    ).toBe(true);
    expect(doors.at(-1)).toEqual(['host', 'all', 'all', 'all', 'reject']);
    expect(doors.some(([kind]) => kind === 'hostnossl')).toBe(false);
    expect(settings).toMatchObject({ ssl: 'on', password_encryption: 'scram-sha-256' });
  });

  test('logs no parameter and no text of a failed statement, and archives every change', () => {
    expect(settings).toMatchObject({
      log_parameter_max_length: '0',
      log_parameter_max_length_on_error: '0',
      log_min_error_statement: 'panic',
      log_statement: 'none',
      archive_mode: 'on',
      wal_level: 'replica',
    });
  });

  test('bounds statements, idle transactions and waits for locks', () => {
    const boot = fileAt('docker/postgres/first-boot.sh');
    for (const bound of ["statement_timeout = '15s'", "idle_in_transaction_session_timeout = '10s'", "lock_timeout = '3s'"])
      expect(boot).toContain(`ALTER DATABASE groundwork SET ${bound};`);
  });
});
