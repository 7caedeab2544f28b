import { z } from 'zod';
import { part3Tokens } from '../../sandbox/seed/part3.ts';
import { jsonClient } from '../../scripts/tour/http.ts';
import { part3ProductThrough } from '../../scripts/tour/part3/product.ts';
import { customerOf } from '../support/customer.ts';
import { linkAfter } from './mails.ts';
import type { Stage } from './stage.ts';

const truthView = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });
const contractorView = z.looseObject({
  acceptanceOf: z.object({ companyId: z.string(), procoreUserId: z.string() }).nullable(),
});
const connectionView = z.object({ stage: z.string(), company: z.object({ id: z.string() }).nullable() });

/** Pia Brandt of North Studio, the prime consultant, at the public API. */
export function northStudioAt({ stack }: Stage) {
  const { api, tenants } = stack.run();
  const client = jsonClient(api, tenants['north-studio']?.apiKey ?? '');
  const product = part3ProductThrough(client);
  const at = (connectionId: string, rest = ''): string => `/v1/connections/${connectionId}${rest}`;
  /** Who was invited, who came, and whether she is to say that they are right. */
  const contractor = async (connectionId: string) => contractorView.parse(await client.get(at(connectionId, '/contractor')));

  return {
    /** A connection whose token for Part3 is proven; answers its id. */
    async begin(): Promise<string> {
      const connectionId = await product.begin();
      await product.submitToken(connectionId, 'North Studio', part3Tokens['north-studio']);
      await customerOf(stack, 'north-studio').untilStep(connectionId, 'verifyPartner', 'done');
      return connectionId;
    },
    /** Invites somebody of Acme Builders to connect Harbour Tower. Whoever has signed in already may connect before they are mailed. */
    async invite(connectionId: string, email: string): Promise<void> {
      const { projects } = truthView.parse(await stack.control('GET', '/part3/truth?organisation=north-studio'));
      const project = projects.find(({ name }) => name === 'Harbour Tower');
      if (project === undefined) throw new Error('North Studio has no Harbour Tower');
      const inviting = {
        project: { id: project.id, name: project.name },
        inviter: { name: 'Pia Brandt', company: 'North Studio', email: 'pia@north-studio.example' },
        invited: { company: 'Acme Builders', email },
      };
      await product.invite(connectionId, inviting);
    },
    /** The same; their mail is there then. */
    inviteByMail(connectionId: string, email: string): Promise<string> {
      return linkAfter(stack, email, 'invitation', () => this.invite(connectionId, email));
    },
    /** Says that whoever connects now is right. */
    async acceptWhoConnects(connectionId: string): Promise<void> {
      const { acceptanceOf } = await contractor(connectionId);
      await client.post(at(connectionId, '/contractor/acceptance'), acceptanceOf);
    },
    contractor,
    connection: async (connectionId: string) => connectionView.parse(await client.get(at(connectionId))),
    /** How far somebody who returns documents is with authorizing. */
    responder: async (connectionId: string, name: string): Promise<string | undefined> =>
      (await product.responders(connectionId)).find((one) => one.name === name)?.state,
  };
}
export type NorthStudio = ReturnType<typeof northStudioAt>;

/** An onboarding whose contractor is invited under that address; answers the connection's id. */
export async function untilInvited(northStudio: NorthStudio, email: string): Promise<string> {
  const connectionId = await northStudio.begin();
  await northStudio.inviteByMail(connectionId, email);
  return connectionId;
}
