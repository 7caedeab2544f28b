import type { Recorder } from '../http.ts';
import { chromiumBrowsing } from './chromium.ts';
import { plainBrowsing } from './plain.ts';
import type { Browsing } from './tab.ts';

/** A real browser where `GROUNDWORK_CHROMIUM` names one that starts; else plain HTTP. Says which, and why. */
export async function openBrowsing(ours: string, record: Recorder, say: (line: string) => void): Promise<Browsing> {
  const browsing = await opened(ours, record, say);
  say(`People's pages are opened ${browsing.means}`);
  return browsing;
}

async function opened(ours: string, record: Recorder, say: (line: string) => void): Promise<Browsing> {
  const executablePath = process.env['GROUNDWORK_CHROMIUM'];
  if (executablePath === undefined || executablePath === '') return plainBrowsing(ours, record);
  try {
    return await chromiumBrowsing(executablePath, ours, record);
  } catch (error) {
    say(`${executablePath} does not start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return plainBrowsing(ours, record);
  }
}
