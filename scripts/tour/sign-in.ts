import { attribute, formsOf, openBrowser, type Page } from './browser.ts';
import { type Recorder, until } from './http.ts';

/**
 * Plays the person who signs in: opens the link, presses the one button, picks themselves on Procore's page, comes back, reads the
 * page that names tenant, partner and company, and says yes.
 */
export async function signInAs(
  firstName: string,
  link: string,
  { patienceMs, names, record }: { patienceMs: number; names: readonly string[]; record: Recorder },
): Promise<void> {
  const browser = openBrowser(new URL(link).origin, record);
  const offer = await browser.open(link);
  const [start] = formsOf(offer);
  if (start === undefined) throw new Error(`the sign-in page offers no button: ${offer.text.slice(0, 300)}`);
  const login = await browser.submit(start);
  let page = await browser.submit(...choiceOf(login, firstName));
  page = await until('the page that asks for confirmation', patienceMs, async () => {
    const seen = await browser.open(page.url.href);
    return formsOf(seen).some((form) => form.action.pathname.endsWith('/confirm')) ? seen : undefined;
  });
  const unnamed = names.filter((name) => !page.text.includes(name));
  if (unnamed.length > 0) throw new Error(`the confirmation page does not name ${unnamed.join(', ')}`);
  const confirm = formsOf(page).find((form) => form.action.pathname.endsWith('/confirm'));
  if (confirm === undefined) throw new Error('the confirmation page has no button');
  const done = await browser.submit(confirm);
  if (done.status !== 200) throw new Error(`confirming answered ${done.status}: ${done.text.slice(0, 200)}`);
}

/** Procore's demo sign-in page is one form with a radio button for each person. */
function choiceOf(login: Page, firstName: string): [ReturnType<typeof formsOf>[number], Record<string, string>] {
  const [form] = formsOf(login);
  if (form === undefined) throw new Error(`Procore's sign-in page has no form: ${login.text.slice(0, 300)}`);
  const labels = [...login.html.matchAll(/<label\b[^>]*>([\s\S]*?)<\/label>/gi)].map(([, inside = '']) => inside);
  const own = labels.find((label) =>
    label
      .replace(/<[^>]*>/g, '')
      .trim()
      .startsWith(firstName),
  );
  const input = own === undefined ? undefined : /<input\b([^>]*)>/i.exec(own)?.[1];
  if (input === undefined) throw new Error(`${firstName} is not among the people on Procore's sign-in page`);
  return [form, { [attribute(input, 'name') ?? 'person']: attribute(input, 'value') ?? '' }];
}
