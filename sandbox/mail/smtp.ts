import type { Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { World } from '../kernel/world.ts';
import { addressKey, type Inbox, type Message } from './state.ts';

const maxBytes = 1024 * 1024;
const codes = { hard: 550, soft: 451 } as const;

/** A mail server that listens. */
export interface SmtpListening {
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens for mail on 127.0.0.1, in clear and without a login: whatever comes is kept, and nothing is sent on. Port 0 takes any free
 * one; a taken port rejects with `EADDRINUSE`.
 */
export async function listenForMail(world: World, inbox: Inbox, port: number): Promise<SmtpListening> {
  const sockets = new Map<number, Socket>();
  const cut = ({ remotePort }: SMTPServerSession): void => void sockets.get(remotePort)?.destroy();
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: maxBytes,
    onConnect: (_session, answer) => answer(inbox.strike('unavailable') ? refused(421, '4.3.2 Not now') : null),
    onRcptTo: ({ address }, _session, answer) => {
      const refusal = inbox.refusalOf(address);
      if (refusal === undefined) return answer();
      const code = codes[refusal.kind];
      inbox.refused.put({ seq: inbox.refused.size + 1, address: addressKey(address), code });
      answer(refused(code, `${refusal.says} <${address}>`));
    },
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.once('error', answer);
      stream.once('end', () => {
        if (stream.sizeExceeded) return answer(refused(552, '5.3.4 The mail is too large'));
        if (inbox.strike('reject-after-data')) return answer(refused(554, '5.6.0 The mail is not taken'));
        keep(world, inbox, Buffer.concat(chunks), session).then(() => {
          if (inbox.strike('reset-after-data')) return cut(session);
          answer(null, 'kept');
        }, answer);
      });
    },
  });
  server.server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  // a client that goes away in the middle is its own affair
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server listens on no port');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
}

const refused = (responseCode: number, says: string): Error => Object.assign(new Error(says), { responseCode });

async function keep(world: World, inbox: Inbox, raw: Buffer, { envelope }: SMTPServerSession): Promise<Message> {
  const mail = await simpleParser(raw, { skipTextToHtml: true, skipImageLinks: true });
  const seq = inbox.messages.all().reduce((last, message) => Math.max(last, message.seq), 0) + 1;
  return inbox.messages.put({
    id: `mail-${seq}`,
    seq,
    at: world.clock.instant(),
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    text: mail.text ?? '',
    html: mail.html === undefined || mail.html === false ? null : mail.html,
    source: raw.toString('utf8'),
  });
}
