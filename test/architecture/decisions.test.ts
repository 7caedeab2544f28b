import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'adr');

test('docs/adr/README.md lists every decision by number and title, in order', () => {
  const files = readdirSync(folder)
    .filter((file) => /^\d{4}-/.test(file))
    .sort();
  const lines = files.map((file) => {
    const [heading = ''] = readFileSync(path.join(folder, file), 'utf8').split('\n');
    const number = file.slice(0, 4);
    const [, title] = new RegExp(`^# ${number} · (.+)$`).exec(heading) ?? [];
    return title === undefined ? `${file} should begin with: # ${number} · Title` : `- [${number}](${file}) · ${title}`;
  });
  const listed = readFileSync(path.join(folder, 'README.md'), 'utf8').split('\n');
  expect(listed.filter((line) => line.startsWith('- '))).toEqual(lines);
});
