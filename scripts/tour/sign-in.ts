import { attribute, type Browser, type Form, formsOf, openBrowser, type Page } from './browser.ts';
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
  const back = await goToProcoreAs(browser, firstName, link);
  await confirmOn(browser, back, { patienceMs, names });
}

/** From the link to Procore and back; answers the page on which the person then is. */
export async function goToProcoreAs(browser: Browser, firstName: string, link: string): Promise<Page> {
  const offer = await browser.open(link);
  const [start] = formsOf(offer);
  if (start === undefined) throw new Error(`the sign-in page offers no button: ${offer.text.slice(0, 300)}`);
  const login = await browser.submit(start);
  return browser.submit(...choiceOf(login, firstName));
}

/** Waits on the page of the sign-in for its question, and says yes. */
export async function confirmOn(
  browser: Browser,
  back: Page,
  { patienceMs, names }: { patienceMs: number; names: readonly string[] },
): Promise<Page> {
  const page = await until('the page that asks for confirmation', patienceMs, async () => {
    const seen = await browser.open(back.url.href);
    return confirmFormOf(seen) === undefined ? undefined : seen;
  });
  const unnamed = names.filter((name) => !page.text.includes(name));
  if (unnamed.length > 0) throw new Error(`the confirmation page does not name ${unnamed.join(', ')}`);
  const confirm = confirmFormOf(page);
  if (confirm === undefined) throw new Error('the confirmation page has no button');
  const done = await browser.submit(confirm);
  if (done.status !== 200) throw new Error(`confirming answered ${done.status}: ${done.text.slice(0, 200)}`);
  return done;
}

const confirmFormOf = (page: Page): Form | undefined => formsOf(page).find((form) => form.action.pathname.endsWith('/confirm'));

/** Procore's demo sign-in page is one form with a radio button for each person. */
function choiceOf(login: Page, firstName: string): [Form, Record<string, string>] {
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
