import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { plainName, type SendOutcome } from '../domain/mail.ts';
import { clipped } from '../domain/texts.ts';
import type { RenderedLetter } from './letter.ts';

/** The sender of all mails. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

export interface Mailer {
  /** One attempt. Never throws: returns the outcome. */
  send(mail: RenderedLetter & { readonly to: string; readonly messageId: string }): Promise<SendOutcome>;
  /** The Message-ID for a business key: the same on every attempt. */
  messageIdOf(tenantId: string, businessKey: string): string;
}

export interface MailSettings {
  /** `smtps://user:password@host` (TLS at once) or `smtp://…` (STARTTLS). */
  readonly url: string;
  readonly from: Sender;
  /** Whether a server without TLS is refused: always, except in a demo, whose server is on this machine. */
  readonly tlsRequired: boolean;
  /** Longest silence of the server, in each step. */
  readonly deadlineMs: number;
}

/** Mail over SMTP, one connection per mail. */
export function createMailer({ url, from, tlsRequired, deadlineMs }: MailSettings): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: tlsRequired && !secure,
    ignoreTLS: !tlsRequired && !secure,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    dnsTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    messageIdOf: (tenantId, businessKey) =>
      `<${createHash('sha256')
        .update(JSON.stringify([tenantId, businessKey]))
        .digest('hex')
        .slice(0, 40)}@${domain}>`,
    async send({ to, messageId, subject, text, html }) {
      try {
        await transport.sendMail({
          from: { name: plainName(from.name), address: from.address },
          // an object, so that it is not parsed as an address list
          to: { name: '', address: to },
          messageId,
          subject: plainSubject(subject),
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return { kind: 'sent' };
      } catch (error) {
        return outcomeOf(error, to);
      }
    },
  };
}

/** One line. Names in it are sanitised already; nothing else is from outside. */
const plainSubject = (subject: string): string => subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

/** SMTP steps at which a refusal is about this mail or this recipient, not about us (RFC 5321, section 4.3.2). */
const aboutTheMail = new Set(['RCPT TO', 'DATA']);

/**
 * Maps an error of the library. 5xx at RCPT or DATA: permanent refusal. 4xx there: temporary. An error before that is about the
 * server or our login, and affects every mail alike. If the connection is lost after DATA, the mail may have been accepted: it
 * is sent again.
 */
function outcomeOf(error: unknown, to: string): SendOutcome {
  const { responseCode, command, response } = smtpError(error);
  const words = wordsOf(response ?? (error instanceof Error ? error.message : ''), to);
  if (command === undefined || !aboutTheMail.has(command)) return { kind: 'away', words };
  if (responseCode === undefined) return { kind: 'later', words };
  return { kind: responseCode >= 500 ? 'bounced' : 'later', words };
}

function smtpError(error: unknown) {
  const of = typeof error === 'object' && error !== null ? error : {};
  return {
    responseCode: 'responseCode' in of && typeof of.responseCode === 'number' ? of.responseCode : undefined,
    command: 'command' in of && typeof of.command === 'string' ? of.command : undefined,
    response: 'response' in of && typeof of.response === 'string' ? of.response : undefined,
  };
}

/** The server's words on one line, without the address, which servers repeat. */
const wordsOf = (text: string, to: string): string =>
  clipped(
    text
      .replaceAll(/\p{Cc}+/gu, ' ')
      .replaceAll(/<?[^\s<>]+@[^\s<>]+>?/g, shown)
      .replaceAll(to, shown)
      .trim(),
    300,
  );
const shown = '(the address)';
