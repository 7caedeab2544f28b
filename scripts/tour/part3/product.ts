import { z } from 'zod';
import type { JsonClient } from '../http.ts';
import { type Product, page, productThrough } from '../product.ts';
import type { Backfill } from './sides.ts';

/** The public API as the prime consultant of the tour uses it. */
const response = z.object({
  responseId: z.string(),
  name: z.string(),
  considered: z.string().nullable(),
  state: z.string(),
  partnerName: z.string().nullable(),
});
export type ResponseSeen = z.infer<typeof response>;

const responder = z.object({ memberId: z.string(), name: z.string(), returns: z.boolean(), state: z.string() });
export type ResponderSeen = z.infer<typeof responder>;

const invitation = z.object({ state: z.string(), invited: z.object({ address: z.string() }) });

const choice = z.discriminatedUnion('which', [
  z.object({ which: z.enum(['none', 'open']) }),
  z.object({ which: z.literal('since'), since: z.string() }),
]);
const estimate = z.object({
  items: z.object({ rfis: z.number(), submittals: z.number() }),
  procoreCalls: z.number(),
  seconds: z.number(),
});

export interface Inviting {
  readonly project: { readonly id: string; readonly name: string };
  readonly inviter: { readonly name: string; readonly company: string; readonly email: string };
  readonly invited: { readonly company: string; readonly email: string };
}

type Shared = Pick<Product, 'connections' | 'connection' | 'steps' | 'projectLinks' | 'syncNow' | 'attention'>;

export interface Part3Product extends Shared {
  begin(): Promise<string>;
  submitToken(connectionId: string, organisation: string, token: string): Promise<void>;
  invite(connectionId: string, inviting: Inviting): Promise<void>;
  /** Newest first. */
  invitations(connectionId: string): Promise<readonly z.infer<typeof invitation>[]>;
  responders(connectionId: string): Promise<readonly ResponderSeen[]>;
  inviteResponder(connectionId: string, memberId: string): Promise<void>;
  responses(connectionId: string): Promise<readonly ResponseSeen[]>;
  mapResponse(connectionId: string, responseId: string, name: string | null): Promise<void>;
  estimate(connectionId: string, which: 'open'): Promise<z.infer<typeof estimate>>;
  /** Null: not chosen yet. */
  backfill(connectionId: string): Promise<Backfill | null>;
  chooseBackfill(connectionId: string, choice: Backfill): Promise<void>;
}

export function part3ProductThrough(api: JsonClient): Part3Product {
  const at = (connectionId: string, rest: string): string => `/v1/connections/${connectionId}/${rest}`;
  const all = async <Item extends z.ZodType>(path: string, item: Item) =>
    page(item).parse(await api.get(`${path}?limit=200`)).items;
  return {
    ...productThrough(api),
    begin: async () =>
      z.object({ connectionId: z.string() }).parse(await api.post('/v1/onboardings', { partner: 'part3' })).connectionId,
    submitToken: async (connectionId, organisation, token) => {
      await api.post(at(connectionId, 'partner-login'), { organisation, token });
    },
    invite: async (connectionId, inviting) => {
      await api.post(at(connectionId, 'invitations'), inviting);
    },
    invitations: (connectionId) => all(at(connectionId, 'invitations'), invitation),
    responders: (connectionId) => all(at(connectionId, 'responders'), responder),
    inviteResponder: async (connectionId, memberId) => {
      await api.post(at(connectionId, `responders/${memberId}/sign-ins`), {});
    },
    responses: (connectionId) => all(at(connectionId, 'responses'), response),
    mapResponse: async (connectionId, responseId, name) => {
      await api.post(at(connectionId, `responses/${responseId}`), { name });
    },
    estimate: async (connectionId, which) => estimate.parse(await api.get(at(connectionId, `backfill/estimate?which=${which}`))),
    backfill: async (connectionId) =>
      z.object({ choice: choice.nullable() }).parse(await api.get(at(connectionId, 'backfill'))).choice,
    chooseBackfill: async (connectionId, chosen) => {
      await api.post(at(connectionId, 'backfill'), chosen);
    },
  };
}
