import { expect, test } from '@jest/globals';
import { hasCompanyStreams } from '../../activities/checks/project-pairs.ts';
import type { CompanyStream, Stream } from '../../shared/partners/stream.ts';

const ofCompany: CompanyStream = {
  name: 'vendors',
  direction: 'partner-to-procore',
  module: 'vendors',
  alsoOf: ['people'],
  shape: 'direct',
  scope: 'company',
  mappingVersion: 1,
  needs: [],
  open: () => Promise.reject(new Error('it is not opened here')),
};
const ofProject: Stream = { ...ofCompany, scope: 'project', open: () => Promise.reject(new Error('nor is it')) };

test.each([
  ['its own module', ofCompany, ['vendors'], true],
  ['a further module that it serves', ofCompany, ['people'], true],
  ['none of its modules', ofCompany, ['notes'], false],
  ['its module, of a project', ofProject, ['vendors', 'people'], false],
])('a link of the company is wanted by a stream of the company that serves a module: %s', (_, stream, modules, wanted) => {
  expect(hasCompanyStreams({ streams: [stream] }, modules)).toBe(wanted);
});
