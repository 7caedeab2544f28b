import { createRequire } from 'node:module';
import path from 'node:path';
import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { ApiDependencies } from '../dependencies.ts';
import { refuseMethod } from '../mount.ts';
import { openApiDocument } from '../openapi.ts';
import { routes } from '../routes/list.ts';
import { sendPage } from './answers.tsx';
import {
  DocsPage,
  docsPath,
  docsScript,
  docsScriptPath,
  docsStyle,
  docsStylePath,
  swaggerScriptPath,
  swaggerStylePath,
} from './docs-page.tsx';
import { FrontPage } from './front-page.tsx';
import { helpOfAll } from './visits.ts';

const swaggerFolder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const maxAge = 'public, max-age=86400';

/** Policy of the reading page: only its own files, and calls to its own origin. */
const readerPolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
});

/** The front page, and the API's document for programs and for people (if it is shown). */
export function readingPages(dependencies: Pick<ApiDependencies, 'settings' | 'supportOf'>): Router {
  const { settings } = dependencies;
  const help = helpOfAll(dependencies);
  const router = Router({ caseSensitive: true, strict: true });
  const document = openApiDocument(routes, settings.pagesUrl);
  const serve = (address: string, ...handlers: readonly RequestHandler[]): void => {
    router.get(address, ...handlers);
    router.all(address, refuseMethod([{ method: 'get' }]));
  };
  serve('/', (_request, response) => sendPage(response, 200, <FrontPage settings={settings} help={help} />));
  if (settings.showsDocs) {
    serve('/openapi.json', (_request, response) => void response.json(document));
    serve(docsPath, readerPolicy, (_request, response) => sendPage(response, 200, <DocsPage />));
    serve(swaggerScriptPath, swaggerFile('swagger-ui-bundle.js'));
    serve(swaggerStylePath, swaggerFile('swagger-ui.css'));
    serve(docsScriptPath, text('js', docsScript));
    serve(docsStylePath, text('css', docsStyle));
  }
  return router;
}

function swaggerFile(name: string): RequestHandler {
  return function sendSwaggerFile(_request, response) {
    response.set('Cache-Control', maxAge).sendFile(name, { root: swaggerFolder });
  };
}

function text(type: string, content: string): RequestHandler {
  return function sendText(_request, response) {
    response.set('Cache-Control', maxAge).type(type).send(content);
  };
}
