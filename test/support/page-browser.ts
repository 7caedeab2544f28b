import { expect } from '@jest/globals';
import type { ApiAnswer, TestApi } from './api.ts';

/** A person's browser at the pages: keeps cookies, says where its forms come from. */
export class PageBrowser {
  readonly #api: TestApi;
  readonly #cookies = new Map<string, string>();

  constructor(api: TestApi) {
    this.#api = api;
  }

  get = (path: string, method = 'get'): Promise<ApiAnswer> => this.#send(method, path, {});

  /** A button of ours; `raw` and `contentType` stand for what a page of ours would never send. */
  press = (path: string, raw = '', contentType = 'application/x-www-form-urlencoded'): Promise<ApiAnswer> =>
    this.#send('post', path, { 'sec-fetch-site': 'same-origin', 'content-type': contentType }, raw);

  async #send(method: string, path: string, headers: Record<string, string>, raw?: string): Promise<ApiAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#api.call(method, path, {
      ...(raw === undefined ? {} : { raw }),
      host: 'localhost',
      headers: { accept: 'text/html', cookie, ...headers },
    });
    for (const line of answer.headers.getSetCookie()) {
      expect(line).toMatch(/HttpOnly/);
      expect(line).toMatch(/SameSite=Lax/);
      const [name, value] = (line.split(';')[0] ?? '').split('=');
      this.#cookies.set(name ?? '', value ?? '');
    }
    return answer;
  }
}
