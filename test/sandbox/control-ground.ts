import { expect } from '@jest/globals';
import { pageRouter } from '../../sandbox/control/page/router.ts';
import { controlRoutes } from '../../sandbox/control/routes.ts';
import { controlServer } from '../../sandbox/control/server.ts';
import { createHammerTech, type HammerTech } from '../../sandbox/hammertech/state.ts';
import type { World } from '../../sandbox/kernel/world.ts';
import { listen } from '../../sandbox/listening.ts';
import { createPart3, type Part3 } from '../../sandbox/part3/state.ts';

export const controlToken = 'a-token-of-the-test';

export interface ControlGround {
  origin: string;
  hammertech: HammerTech;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Posts, expects 200, and answers the body. */
  done(path: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** The control API of a given world on a free port; a reset does nothing there. */
export async function openControl(
  world: World,
  hammertech: HammerTech = createHammerTech(world.journal),
  part3: Part3 = createPart3(world.journal),
): Promise<ControlGround> {
  const routes = controlRoutes(world, { hammertech, part3 }, () => ({}));
  const server = await listen(controlServer(routes, controlToken, pageRouter(world, routes, controlToken)), 0);
  const call: ControlGround['call'] = async (method, path, body) => {
    const answer = await fetch(`${server.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    origin: server.origin,
    hammertech,
    call,
    close: () => server.close(),
    done: async (path, body) => {
      const answer = await call('POST', path, body);
      expect(answer).toMatchObject({ status: 200 });
      return answer.body;
    },
  };
}
