import { eventually } from '../support/eventually.ts';
import { linkIn, mailTo, type Received } from '../support/inviting.ts';
import type { TestStack } from '../support/stack.ts';

const mailsTo = (stack: TestStack, to: string) => mailTo({ urls: { inbox: stack.run().inbox } }, to);

/** The first mail to an address, once it is there. */
export const mailFor = (stack: TestStack, to: string): Promise<Received> =>
  eventually(`a mail to ${to}`, async () => (await mailsTo(stack, to))[0]);

/** Links to a page of ours that were mailed to an address, oldest first. */
const linksFor = async (stack: TestStack, to: string, page: string): Promise<readonly string[]> =>
  (await mailsTo(stack, to)).map(({ text }) => linkIn(text, page)).filter((link) => link !== '');

/** The newest of them, once there is one. */
export const linkFor = (stack: TestStack, to: string, page = 'invitation'): Promise<string> =>
  eventually(`a link to /${page} for ${to}`, async () => (await linksFor(stack, to, page)).at(-1));

/** The newest of them, once one has come behind those that were there before the act. */
export async function linkAfter(stack: TestStack, to: string, page: string, act: () => Promise<void>): Promise<string> {
  const before = (await linksFor(stack, to, page)).length;
  await act();
  return eventually(`another link to /${page} for ${to}`, async () => (await linksFor(stack, to, page)).slice(before).at(-1));
}
