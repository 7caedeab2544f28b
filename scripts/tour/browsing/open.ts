import type { Recorder } from '../http.ts';
import { chromiumBrowsing } from './chromium.ts';
import { plainBrowsing } from './plain.ts';
import type { Browsing } from './tab.ts';

/**
 * A real browser if `GROUNDWORK_CHROMIUM` names one that starts; else plain HTTP. Opened for the first person; then says which,
 * and why.
 */
export function browsingFor(ours: string, record: Recorder, say: (line: string) => void): Pick<Browsing, 'enter' | 'close'> {
  let browsing: Promise<Browsing> | undefined;
  return {
    async enter() {
      browsing ??= opened(ours, record, say);
      return (await browsing).enter();
    },
    close: async () => (await browsing)?.close(),
  };
}

async function opened(ours: string, record: Recorder, say: (line: string) => void): Promise<Browsing> {
  const browsing = (await inChromium(ours, record, say)) ?? plainBrowsing(ours, record);
  say(`People's pages are opened ${browsing.means}`);
  return browsing;
}

async function inChromium(ours: string, record: Recorder, say: (line: string) => void): Promise<Browsing | undefined> {
  const executablePath = process.env['GROUNDWORK_CHROMIUM'] ?? '';
  if (executablePath === '') return undefined;
  try {
    return await chromiumBrowsing(executablePath, ours, record);
  } catch (error) {
    say(`${executablePath} does not start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return undefined;
  }
}
