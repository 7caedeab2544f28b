import { existsSync } from 'node:fs';
import { runCommand } from './command.mjs';
import { say, step } from './progress.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium for the tests of pages; installed from Debian's packages where we may. Without one those tests are skipped, loudly. */
export async function ensureChromium() {
  const found = [process.env['GROUNDWORK_CHROMIUM'], ...places].find((place) => place && existsSync(place));
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await step('chromium (for the tests of pages)', async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await runCommand('apt-get', ['update', '-qq'], { env });
      await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
    }).catch(() => undefined);
    if (existsSync(places[0])) return places[0];
  }
  say('  ! No Chromium found: the tests of pages are skipped. Install one, or set GROUNDWORK_CHROMIUM to its path.');
  return undefined;
}
