import type { VNode } from 'preact';

export const docsPath = '/docs';
export const docsStylePath = '/assets/docs.css';
export const docsScriptPath = '/assets/docs.js';
export const swaggerStylePath = '/assets/swagger-ui.css';
export const swaggerScriptPath = '/assets/swagger-ui-bundle.js';

/** Shows the document of this origin only. No outside validator, nothing stored in the browser. */
export const docsScript = `'use strict';
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reader',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/**
 * Swagger UI brings its own style; this adds the line above it, darkens what is too pale to read, and hides the choice of a
 * single server.
 */
export const docsStyle = `
body { margin: 0; background: #fafafa; font-family: system-ui, sans-serif; }
header, noscript { display: block; max-width: 1420px; margin: 0 auto; padding: 1rem 20px 0; }
header a, .swagger-ui .info .url { color: #0b57a4; }
.swagger-ui .btn.authorize { border-color: #17613c; color: #17613c; }
.swagger-ui .btn.authorize svg { fill: #17613c; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #0b57a4; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #17613c; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #8e1b16; }
.swagger-ui .info .title small.version-stamp { background-color: #4a7300; }
.swagger-ui .scheme-container .servers, .swagger-ui .scheme-container .servers-title { display: none; }
`;

/** The API's document as people read it, with "Try it out" against this origin. */
export function DocsPage(): VNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Groundwork: the API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={swaggerStylePath} />
        <link rel="stylesheet" href={docsStylePath} />
        <script src={swaggerScriptPath} defer />
        <script src={docsScriptPath} defer />
      </head>
      <body>
        <header>
          <a href="/">Groundwork</a>: press <strong>Authorize</strong> and paste an API key; then <strong>Try it out</strong>{' '}
          calls this server.
        </header>
        <noscript>
          This page needs script. The document itself does not: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
        </noscript>
        <div id="reader" />
      </body>
    </html>
  );
}
