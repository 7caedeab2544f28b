import { eventually } from '../support/eventually.ts';
import { linkIn, mailTo, type Received } from '../support/inviting.ts';
import type { TestStack } from '../support/stack.ts';

const mailsTo = (stack: TestStack, to: string) => mailTo({ urls: { inbox: stack.run().inbox } }, to);

/** The first mail to an address, once it is there. */
export const mailFor = (stack: TestStack, to: string): Promise<Received> =>
  eventually(`a mail to ${to}`, async () => (await mailsTo(stack, to))[0]);

/** The newest link to a page of ours that was mailed to an address, once it is there. */
export const linkFor = (stack: TestStack, to: string, page = 'invitation'): Promise<string> =>
  eventually(`a link to /${page} for ${to}`, async () =>
    (await mailsTo(stack, to)).map(({ text }) => linkIn(text, page)).findLast((link) => link !== ''),
  );
