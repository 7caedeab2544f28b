import { z } from 'zod';
import { until } from './http.ts';

const mail = z.object({ seq: z.number(), subject: z.string(), text: z.string() });
export type Mail = z.infer<typeof mail>;

/** A person's mail. */
export interface Inbox {
  /** Number of the newest mail in the whole inbox. */
  newest(): Promise<number>;
  /** The newest mail to an address, after that number, with a link to our pages whose path matches. */
  linkTo(address: string, path: RegExp, after: number): Promise<Mail & { readonly link: string }>;
}

/** The inbox of the sandbox, over HTTP. `pages`: origin of our pages. */
export function inboxAt(origin: string, pages: string, patienceMs: number): Inbox {
  const messages = async (query: string): Promise<readonly Mail[]> => {
    const answer = await fetch(`${origin}/messages?${query}`, { signal: AbortSignal.timeout(15_000) });
    return z.array(mail).parse(await answer.json());
  };
  return {
    newest: async () => (await messages('')).at(-1)?.seq ?? 0,
    linkTo: (address, path, after) =>
      until(`a mail to ${address}`, patienceMs, async () =>
        (await messages(`to=${encodeURIComponent(address)}&after=${after}`))
          .flatMap((each) => linksIn(each.text, pages, path).map((link) => ({ ...each, link })))
          .at(-1),
      ),
  };
}

const linksIn = (text: string, pages: string, path: RegExp): readonly string[] =>
  (text.match(/https?:\/\/[^\s<>"]+/g) ?? []).filter((link) => link.startsWith(`${pages}/`) && path.test(new URL(link).pathname));
