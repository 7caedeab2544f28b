import { existsSync } from 'node:fs';
import { runCommand } from './command.mjs';
import { say, step } from './progress.mjs';

/** Debian's packages; the headless one first, since it takes a third less time for the same pages. */
const packages = ['chromium-headless-shell', 'chromium'];

const places = [
  ...packages.map((name) => `/usr/bin/${name}`),
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const findChromium = () => [process.env['GROUNDWORK_CHROMIUM'], ...places].find((place) => place && existsSync(place));

/** For commands that open people's pages in a browser if there is one: looked for, but not installed. */
export function chromiumSetting() {
  const found = findChromium();
  return found ? { GROUNDWORK_CHROMIUM: found } : {};
}

/**
 * A Chromium for the tests of pages; installed from Debian's packages if we may. Without one those tests are skipped, with a
 * warning.
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await step('chromium (for the tests of pages)', async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await runCommand('apt-get', ['update', '-qq'], { env });
      const install = (name) => runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { env });
      await install(packages[0]).catch(() => install(packages[1]));
    }).catch(() => undefined);
    const installed = findChromium();
    if (installed) return installed;
  }
  say('  ! No Chromium found: the tests of pages are skipped. Install one, or set GROUNDWORK_CHROMIUM to its path.');
  return undefined;
}
