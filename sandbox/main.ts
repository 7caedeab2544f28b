import { z } from 'zod';
import { profiles } from './seed/profiles.ts';
import { startSandbox } from './start.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** The sandbox is no part of the product, so it reads its own environment. Port 0 takes any free one. */
const environmentSchema = z.object({
  SANDBOX_LOGIN_PORT: port.default(4010),
  SANDBOX_API_PORT: port.default(4011),
  SANDBOX_STORAGE_PORT: port.default(4012),
  SANDBOX_HAMMERTECH_PORT: port.default(4020),
  SANDBOX_HAMMERTECH_AUTH_PORT: port.default(4021),
  SANDBOX_CONTROL_PORT: port.default(4000),
  SANDBOX_CONTROL_TOKEN: z.string().min(16),
  SANDBOX_STATE_FILE: z.string().min(1).optional(),
  SANDBOX_OUR_CLIENT_ID: z.string().min(1).optional(),
  SANDBOX_OUR_CLIENT_SECRET: z.string().min(1).optional(),
  SANDBOX_REDIRECT_URI: z.url().optional(),
  SANDBOX_PROFILE: z.enum(profiles).optional(),
});

async function main(): Promise<void> {
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success) {
    for (const issue of environment.error.issues) console.error(`${issue.path.join('.')}: ${issue.message}`);
    process.exitCode = 2;
    return;
  }
  const settings = environment.data;
  const sandbox = await startSandbox({
    ports: {
      login: settings.SANDBOX_LOGIN_PORT,
      api: settings.SANDBOX_API_PORT,
      storage: settings.SANDBOX_STORAGE_PORT,
      hammertech: settings.SANDBOX_HAMMERTECH_PORT,
      hammertechAuth: settings.SANDBOX_HAMMERTECH_AUTH_PORT,
      control: settings.SANDBOX_CONTROL_PORT,
    },
    controlToken: settings.SANDBOX_CONTROL_TOKEN,
    stateDirectory: settings.SANDBOX_STATE_FILE,
    ...(settings.SANDBOX_PROFILE === undefined ? {} : { profile: settings.SANDBOX_PROFILE }),
    ours: {
      clientId: settings.SANDBOX_OUR_CLIENT_ID,
      clientSecret: settings.SANDBOX_OUR_CLIENT_SECRET,
      ...(settings.SANDBOX_REDIRECT_URI === undefined ? {} : { redirectUri: settings.SANDBOX_REDIRECT_URI }),
    },
  });
  const stop = (): void => void sandbox.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(JSON.stringify({ ready: true, ...sandbox.urls }));
}

await main();
