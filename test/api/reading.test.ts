import { describe, expect, test } from '@jest/globals';
import { partnerNames } from '../../shared/domain/partners.ts';
import { useTestApi } from '../support/api.ts';

const html = { accept: 'text/html' };
const assets = ['/assets/swagger-ui-bundle.js', '/assets/swagger-ui.css', '/assets/docs.js', '/assets/docs.css'];

describe('in a demo', () => {
  const apiOf = useTestApi({ temporalUiUrl: 'http://localhost:8233' });
  const get = (path: string) => apiOf().call('get', path, { headers: html, host: 'localhost' });

  test('the first page says what this is and leads to what there is', async () => {
    const { status, text } = await get('/');
    expect(status).toBe(200);
    for (const address of ['/docs', '/openapi.json', '/readyz', '/metrics', 'http://localhost:8233'])
      expect(text).toContain(`href="${address}"`);
    expect(text).toContain('nothing leaves this machine');
  });

  test('every address of this origin that the first page names answers', async () => {
    const { text } = await get('/');
    const own = [...text.matchAll(/href="(\/[^"]*)"/g)].map((match) => match[1] ?? '');
    expect(own.length).toBeGreaterThan(4);
    for (const address of own) expect([address, (await get(address)).status]).toEqual([address, 200]);
  });

  test('the reading page loads files of this origin alone, and no script stands in it', async () => {
    const { status, text, headers } = await get('/docs');
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const address of assets) expect([address, (await get(address)).status]).toEqual([address, 200]);
  });

  test('no page allows script but from files of this origin', async () => {
    for (const address of ['/', '/docs', '/openapi.json', ...assets]) {
      const policy = (await get(address)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/unsafe|\*/);
    }
  });

  test('asked for by 127.0.0.1, the pages send on to the origin where cookies and calls meet', async () => {
    for (const address of ['/', '/docs']) {
      const answer = await apiOf().call('get', address, { headers: html });
      expect([answer.status, answer.headers.get('location')]).toEqual([307, `${apiOf().url}${address}`]);
    }
  });

  test('another method is refused by name', async () => {
    for (const address of ['/', '/docs', '/openapi.json', ...assets]) {
      const answer = await apiOf().call('post', address);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });
});

/** One of each partner. */
const contacts = partnerNames.map(() => 'https://help.partner.example');

describe('in production', () => {
  const apiOf = useTestApi({ mode: 'production', temporalUiUrl: 'https://temporal.example' });

  test('the first page tells the name and the way to the document, and nothing of the machinery', async () => {
    const { text } = await apiOf().call('get', '/', { host: 'localhost' });
    expect([...text.matchAll(/<a href="([^"]*)"/g)].map((match) => match[1])).toEqual(['/docs', ...contacts]);
    expect(text).not.toMatch(/temporal|readyz|metrics|run\.json|demo/i);
  });
});

describe('where the document is hidden', () => {
  const apiOf = useTestApi({ mode: 'production', showsDocs: false });

  test('neither the first page leads to it nor is any of it there', async () => {
    const front = await apiOf().call('get', '/', { host: 'localhost' });
    expect(front.status).toBe(200);
    expect([...front.text.matchAll(/<a href="([^"]*)"/g)].map((match) => match[1])).toEqual(contacts);
    for (const address of ['/docs', '/openapi.json', ...assets])
      expect([address, (await apiOf().call('get', address, { host: 'localhost' })).status]).toEqual([address, 404]);
  });
});
