import express, { type Express, type RequestHandler, type Response } from 'express';
import { listPage, mailPage, stylesheet } from './pages.ts';
import { addressKey, type Inbox, type Message } from './state.ts';

const pagePolicy =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";
/** A mail is somebody else's markup: no script, no form, nothing loaded, and an origin of its own. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

const headers: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': pagePolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  next();
};

/** Mails hold links that let people in: a name that a web page had bound to this machine is not answered. */
const ownHost: RequestHandler = (request, response, next) => {
  if (/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(request.headers.host ?? '')) return next();
  response.status(421).json({ title: 'This address answers to localhost only' });
};

/** The inbox over HTTP: pages for people, `GET /messages?to=&after=` and `GET /messages/{id}` for programs. Only reads. */
export function inboxApp(inbox: Inbox): Express {
  const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(ownHost, headers);
  const newestFirst = (to: string | undefined): Message[] =>
    inbox.messages
      .filter((message) => to === undefined || message.to.some((address) => addressKey(address) === addressKey(to)))
      .sort((left, right) => right.seq - left.seq);
  const found = (id: string, response: Response, show: (message: Message) => void): void => {
    const message = inbox.messages.get(id);
    if (message === undefined) return void response.status(404).json({ title: 'There is no such mail' });
    show(message);
  };

  app.get('/messages', (request, response) => {
    const after = Number(request.query['after'] ?? 0);
    if (!Number.isInteger(after) || after < 0) {
      return void response.status(400).json({ title: 'after: send the seq of a mail' });
    }
    response.json(
      newestFirst(textOf(request.query['to']))
        .filter(({ seq }) => seq > after)
        .reverse(),
    );
  });
  app.get('/messages/:id', ({ params }, response) => found(params.id, response, (message) => void response.json(message)));
  app.get('/', (request, response) => {
    const to = textOf(request.query['to']);
    response.type('html').send(listPage(newestFirst(to), to));
  });
  app.get('/style.css', (_request, response) => void response.type('css').send(stylesheet));
  app.get('/mails/:id', ({ params }, response) =>
    found(params.id, response, (message) => void response.type('html').send(mailPage(message))),
  );
  app.get('/mails/:id/html', ({ params }, response) =>
    found(params.id, response, ({ html }) => {
      response.set('Content-Security-Policy', mailPolicy).type('html');
      // a mail's links leave the frame: it may not go anywhere itself
      response.send(`<base target="_blank">${html ?? ''}`);
    }),
  );
  app.get('/mails/:id/source', ({ params }, response) =>
    found(params.id, response, ({ source }) => void response.type('text/plain').send(source)),
  );
  app.use((request, response) => void response.status(404).json({ title: `Nothing at ${request.path}` }));
  return app;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
