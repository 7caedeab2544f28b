import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Response, Router } from 'express';

export const stylesheetPath = '/assets/pico.css';
export const ownStylePath = '/assets/groundwork.css';
export const liveScriptPath = '/assets/live.js';

const ours = (name: string): string => fileURLToPath(new URL(`./browser/${name}`, import.meta.url));

const files: readonly (readonly [string, string])[] = [
  [stylesheetPath, createRequire(import.meta.url).resolve('@picocss/pico/css/pico.classless.min.css')],
  [ownStylePath, ours('own.css')],
  [liveScriptPath, ours('live.js')],
];

export const browserPaths: readonly string[] = files.map(([path]) => path);

/** Serves the files that browsers load for every page. */
export function mountBrowserFiles(router: Router): void {
  for (const [path, file] of files)
    router.get(path, (_request, response: Response) => {
      response.set('Cache-Control', 'public, max-age=86400').sendFile(file);
    });
}
