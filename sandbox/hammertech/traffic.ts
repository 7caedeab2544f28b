import type { Response } from 'express';
import { bearerOf, traffic } from '../kernel/traffic.ts';
import type { World } from '../kernel/world.ts';
import { refuseEmpty } from './answers.ts';
import type { HammerTech } from './state.ts';

/** The names faults and ledger use: `hammertech.login`, `hammertech.SiteSignIns.list`, `hammertech.Employers.create`. */
export function operationOf(method: string, path: string): string | null {
  const login = /^\/[^/]+\/api\/login\/(generatetoken|refreshtoken)$/.exec(path)?.[1];
  if (login !== undefined) return login === 'generatetoken' ? 'hammertech.login' : 'hammertech.refresh';
  const [, resource, id] = /^\/[^/]+\/api\/v1\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (resource === undefined) return null;
  const read = id === undefined ? 'list' : 'show';
  const act = { GET: read, POST: 'create', PUT: 'update' }[method];
  return act === undefined ? null : `hammertech.${resource}.${act}`;
}

export const hammertechTraffic = (world: World, state: HammerTech, side: 'hammertech' | 'hammertech-auth') =>
  traffic(world, {
    side,
    operationOf,
    projectOf: ({ query }) => (typeof query['projectId'] === 'string' ? query['projectId'] : null),
    server: {
      answerStatus,
      revoke(request, response) {
        state.revoked.put({ token: bearerOf(request) });
        refuseEmpty(response);
      },
      cut: () => false,
    },
  });

/** 500 carries `{Code, Message}` (published); for other statuses the same shape is assumed. */
function answerStatus(response: Response, status: number): void {
  response.status(status).json({ Code: String(status), Message: 'The request could not be completed.' });
}
