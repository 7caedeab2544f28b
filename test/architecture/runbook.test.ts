import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { faultKinds, faultTable, runbookOf } from '../../shared/domain/faults.ts';
import { partnerNames, partnerTitles } from '../../shared/domain/partners.ts';
import { plans } from '../../workflows/plans/index.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const pageText = (page: string): string => (existsSync(path.join(root, page)) ? readFileSync(path.join(root, page), 'utf8') : '');

test.each(faultKinds)('%s stands in the page that its fault names', (kind) => {
  expect(pageText(runbookOf(kind))).toContain(`\`${kind}\``);
});

test.each(faultKinds.filter((kind) => faultTable[kind].handling === 'park'))(
  '%s, where it refuses a stream, stands in the page named there',
  (kind) => {
    expect(pageText(runbookOf(kind, 'stream'))).toContain(`\`${kind}\``);
  },
);

test('the first page lists every other', () => {
  const pages = readdirSync(path.join(root, 'docs', 'runbook')).filter((file) => file !== 'README.md');
  const listed = [...pageText('docs/runbook/README.md').matchAll(/^\| \[\w+\]\(([\w-]+\.md)\)/gm)].map(([, file]) => file);
  expect(listed.sort()).toEqual(pages.sort());
});

test.each(partnerNames)('the page on steps says what support may decide of %s, as its plan does', (partner) => {
  const [, cell = ''] =
    new RegExp(`^\\| ${partnerTitles[partner]} \\| (.+) \\|$`, 'm').exec(pageText('docs/runbook/steps.md')) ?? [];
  const said = [...cell.matchAll(/`(\w+)`/g)].map(([, stepId]) => stepId);
  expect(said).toEqual(plans[partner].steps.filter(({ supportMay }) => supportMay).map(({ id }) => id));
});
