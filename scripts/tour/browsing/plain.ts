import { attribute, type Form, formsOf, openBrowser, type Page, textOf } from '../browser.ts';
import type { Recorder } from '../http.ts';
import type { Browsing, Tab } from './tab.ts';

/**
 * Pages over plain HTTP: links, cookies, forms and redirects, all that a page without script needs. `ours`: the origin whose
 * responses are recorded.
 */
export function plainBrowsing(ours: string, record: Recorder): Browsing {
  return {
    means: 'over plain HTTP: no Chromium was found here',
    enter: async () => plainTab(ours, record),
    close: async () => undefined,
  };
}

function plainTab(ours: string, record: Recorder): Tab {
  const browser = openBrowser(ours, record);
  let page: Page | undefined;
  let isNew = false;
  let picked: Readonly<Record<string, string>> = {};

  const arrive = (at: Page): void => {
    [page, isNew, picked] = [at, true, {}];
  };
  const there = (): Page => {
    if (page === undefined) throw new Error('no page is open yet');
    return page;
  };

  return {
    open: async (url) => arrive(await browser.open(url)),
    async look() {
      // a page that updates by itself asks the browser to load it again
      if (!isNew) arrive(await browser.open(there().url.href));
      isNew = false;
      const { url, html } = there();
      const [, body = html] = /<body\b[^>]*>([\s\S]*)<\/body>/i.exec(html) ?? [];
      const buttons = formsOf(there()).flatMap((form) => form.buttons);
      return {
        url: url.href,
        heading: textOf(/<h1\b[^>]*>([\s\S]*?)<\/h1>/i.exec(html)?.[1] ?? ''),
        text: textOf(body),
        buttons,
      };
    },
    async press(button) {
      const form = formsOf(there()).find(({ buttons }) => buttons.includes(button));
      if (form === undefined) throw new Error(`the page has no button "${button}": ${there().text.slice(0, 300)}`);
      arrive(await browser.submit(form, picked));
    },
    async pick(label) {
      picked = radioOf(there(), formsOf(there()), label);
    },
  };
}

function radioOf(page: Page, forms: readonly Form[], wanted: string): Readonly<Record<string, string>> {
  const labels = [...page.html.matchAll(/<label\b[^>]*>([\s\S]*?)<\/label>/gi)].map(([, inside = '']) => inside);
  const own = labels.find((label) => textOf(label).startsWith(wanted));
  const input = own === undefined ? undefined : /<input\b([^>]*)>/i.exec(own)?.[1];
  if (input === undefined || forms.length === 0) throw new Error(`${wanted} is not among the choices on the page`);
  return { [attribute(input, 'name') ?? '']: attribute(input, 'value') ?? '' };
}
