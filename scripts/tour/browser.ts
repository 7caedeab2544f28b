import { headersOf, type Recorder } from './http.ts';

/**
 * As much of a person's browser as the sign-in needs: cookies per origin, redirects, forms. It runs no script, since our pages
 * must work without.
 */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  /** Visible text, whitespace collapsed. */
  readonly text: string;
}

export interface Form {
  readonly action: URL;
  readonly method: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
}

export interface Browser {
  open(url: string): Promise<Page>;
  submit(form: Form, extra?: Readonly<Record<string, string>>): Promise<Page>;
}

const maxHops = 10;

export function openBrowser(ours: string, record: Recorder): Browser {
  const jar = new Map<string, Map<string, string>>();

  async function go(url: URL, init: { method: string; body?: URLSearchParams; origin?: string }, hops = 0): Promise<Page> {
    if (hops > maxHops) throw new Error(`too many redirects at ${url.origin}${url.pathname}`);
    const cookies = [...(jar.get(url.host) ?? new Map())].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method: init.method,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...(cookies === '' ? {} : { cookie: cookies }),
        ...(init.origin === undefined
          ? {}
          : { origin: init.origin, 'sec-fetch-site': init.origin === url.origin ? 'same-origin' : 'cross-site' }),
      },
      ...(init.body === undefined ? {} : { body: init.body }),
      signal: AbortSignal.timeout(15_000),
    });
    for (const line of response.headers.getSetCookie()) keep(jar, url.host, line);
    const location = response.headers.get('location');
    if (url.origin === ours) record(withoutCookie(headersOf(response)));
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      return await go(new URL(location, url), { method: 'GET' }, hops + 1);
    }
    const html = await response.text();
    if (url.origin === ours) record(html);
    return { url, status: response.status, html, text: textOf(html) };
  }

  return {
    open: (url) => go(new URL(url), { method: 'GET' }),
    submit: (form, extra = {}) => {
      const body = new URLSearchParams([...form.fields, ...Object.entries(extra)]);
      if (form.method === 'get') return go(new URL(`${form.action.origin}${form.action.pathname}?${body}`), { method: 'GET' });
      return go(form.action, { method: 'POST', body, origin: form.action.origin });
    },
  };
}

/** The cookie is the person's own: not recorded. */
const withoutCookie = (headers: string): string => headers.replace(/^set-cookie:.*$/gim, '');

function keep(jar: Map<string, Map<string, string>>, host: string, line: string): void {
  const [pair = ''] = line.split(';');
  const at = pair.indexOf('=');
  const cookies = jar.get(host) ?? new Map<string, string>();
  cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  jar.set(host, cookies);
}

/** The forms of a page with their hidden and preset fields; enough for pages that work without script. */
export function formsOf(page: Page): readonly Form[] {
  return [...page.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', inside = '']) => {
    const inputs = [...inside.matchAll(/<(?:input|button)\b([^>]*)>/gi)].map(([, attributes = '']) => attributes);
    const fields = inputs.flatMap((attributes) => {
      const name = attribute(attributes, 'name');
      return name === undefined || /\btype="?(submit|radio|checkbox)/i.test(attributes)
        ? []
        : [[name, attribute(attributes, 'value') ?? ''] as const];
    });
    return {
      action: new URL(attribute(head, 'action') ?? '', page.url),
      method: (attribute(head, 'method') ?? 'get').toLowerCase(),
      fields: new Map(fields),
      buttons: [...inside.matchAll(/<button\b[^>]*>([\s\S]*?)<\/button>/gi)].map(([, words = '']) => textOf(words)),
    };
  });
}

export function attribute(text: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(text)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

/** Text of markup without tags, whitespace collapsed. */
export function textOf(html: string): string {
  const plain = html.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]+>/g, ' ');
  return unescaped(plain).replace(/\s+/g, ' ').trim();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function unescaped(text: string): string {
  return text.replace(/&(#\d+|#x[\da-f]+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return entities[name] ?? whole;
  });
}
