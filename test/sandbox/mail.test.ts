import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ profile: 'brief' });
});

afterEach(() => sandbox.close());

const message = z.object({
  id: z.string(),
  seq: z.number(),
  to: z.array(z.string()),
  subject: z.string(),
  messageId: z.string(),
  text: z.string(),
  html: z.string().nullable(),
});

const letter = {
  from: 'Groundwork <us@groundwork.example>',
  to: 'Gus@Acme.example',
  messageId: '<one@groundwork.example>',
  subject: 'Harbour Tower – größer',
  text: 'Plain words',
  html: '<p>Plain <a href="https://groundwork.example/x">words</a></p><script>alert(1)</script>',
};

const send = (changes: Partial<typeof letter> = {}) =>
  createTransport({ ...(({ hostname, port }) => ({ host: hostname, port: Number(port) }))(new URL(sandbox.urls.smtp)) }).sendMail(
    {
      ...letter,
      ...changes,
    },
  );

async function control(path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${sandbox.control.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${sandbox.control.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

const messages = async (query = '') =>
  z.array(message).parse(await (await fetch(`${sandbox.urls.inbox}/messages${query}`)).json());

describe('a mail that is sent', () => {
  test('is read by whom it was sent to, without regard to case, and by nobody else', async () => {
    await send();
    expect(await messages('?to=gus@acme.example')).toMatchObject([
      { to: ['Gus@acme.example'], subject: letter.subject, messageId: letter.messageId, text: 'Plain words' },
    ]);
    expect(await messages('?to=us@acme.example')).toEqual([]);
  });

  test('is shown in a frame that runs no script, on a page that loads nothing', async () => {
    await send();
    const list = await (await fetch(sandbox.urls.inbox)).text();
    expect(list).toContain('Harbour Tower – größer');
    const page = await fetch(`${sandbox.urls.inbox}/mails/mail-1`);
    expect(await page.text()).not.toContain('<script>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await fetch(`${sandbox.urls.inbox}/mails/mail-1/html`);
    const policy = html.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/sandbox allow-popups/);
    expect(policy).not.toMatch(/script-src|allow-scripts/);
    expect(await html.text()).toContain('https://groundwork.example/x');
  });

  test('is not read by a page that had its own name bound to this machine', async () => {
    await send();
    const { port } = new URL(sandbox.urls.inbox);
    const answer = await new Promise<string>((resolve) => {
      let said = '';
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /messages HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
      );
      socket.on('data', (chunk) => {
        said += chunk.toString();
      });
      socket.on('close', () => resolve(said));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 421/);
    expect(answer).not.toContain('Harbour');
  });

  test('is told from a place in the order on', async () => {
    await send();
    await send({ messageId: '<two@groundwork.example>' });
    expect((await messages('?after=1')).map(({ messageId }) => messageId)).toEqual(['<two@groundwork.example>']);
  });
});

describe('what the server refuses', () => {
  test('is refused at the recipient, for good or for now, with words of its own', async () => {
    await expect(send({ to: 'bounce@acme.example' })).rejects.toMatchObject({ responseCode: 550, command: 'RCPT TO' });
    await expect(send({ to: 'busy@acme.example' })).rejects.toMatchObject({ responseCode: 451 });
    await control('/mail/refusals', { address: 'gus@acme.example', kind: 'hard', says: '5.7.1 Gone away' });
    await expect(send()).rejects.toThrow(/550 5\.7\.1 Gone away/);
    await control('/mail/refusals', { address: 'gus@acme.example', kind: 'none' });
    await send();
    expect(await messages()).toHaveLength(1);
  });

  test('a connection cut after the mail was accepted leaves it in the inbox, and the sender without an answer', async () => {
    await control('/mail/faults', { kind: 'reset-after-data' });
    await expect(send()).rejects.toThrow();
    await send();
    expect((await messages()).map(({ messageId }) => messageId)).toEqual([letter.messageId, letter.messageId]);
  });

  test('a server that is not there for a while keeps nothing', async () => {
    await control('/mail/faults', { kind: 'unavailable' });
    await control('/mail/faults', { kind: 'reject-after-data' });
    await expect(send()).rejects.toMatchObject({ responseCode: 421 });
    await expect(send()).rejects.toMatchObject({ responseCode: 554 });
    await send();
    expect(await messages()).toHaveLength(1);
  });
});
