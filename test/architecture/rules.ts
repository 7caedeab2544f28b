import type { Import, SourceFile } from './sources.ts';

export interface Rule {
  readonly says: string;
  /** Whether an import breaks it. */
  readonly breaks: (each: Import) => boolean;
}

const inRoom = (file: string, room: string): boolean => file.startsWith(`${room}/`);

/** The import rules of the design (section 4). */
export const importRules: readonly Rule[] = [
  {
    says: 'workflows import only shared/domain and activity types',
    breaks: ({ from, to, ours, typeOnly }) =>
      inRoom(from, 'workflows') &&
      ours &&
      !inRoom(to, 'workflows') &&
      !inRoom(to, 'shared/domain') &&
      !(inRoom(to, 'activities') && typeOnly),
  },
  {
    says: 'workflows use no package but @temporalio/workflow, @temporalio/common and zod',
    breaks: ({ from, to, ours, typeOnly }) =>
      inRoom(from, 'workflows') && !ours && !typeOnly && !['@temporalio/workflow', '@temporalio/common', 'zod'].includes(to),
  },
  {
    says: 'shared/domain imports nothing of ours and does no I/O',
    breaks: ({ from, to, ours }) =>
      inRoom(from, 'shared/domain') &&
      (ours
        ? !inRoom(to, 'shared/domain')
        : !['zod', 'safe-stable-stringify', '@noble/hashes'].includes(to) && to !== 'node:crypto'),
  },
  {
    says: 'shared/procore and shared/partners know nothing of the store',
    breaks: ({ from, to }) =>
      (inRoom(from, 'shared/procore') || inRoom(from, 'shared/partners')) &&
      (inRoom(to, 'shared/store') || ['pg', 'kysely'].includes(to)),
  },
  { says: 'api never imports activities', breaks: ({ from, to }) => inRoom(from, 'api') && inRoom(to, 'activities') },
  { says: 'activities never import api', breaks: ({ from, to }) => inRoom(from, 'activities') && inRoom(to, 'api') },
  {
    says: 'shared imports no room above it',
    breaks: ({ from, to }) =>
      inRoom(from, 'shared') && ['workflows', 'activities', 'worker', 'api', 'scripts', 'test'].some((room) => inRoom(to, room)),
  },
  {
    says: 'nothing imports the sandbox but scripts, bench and tests',
    breaks: ({ from, to }) =>
      inRoom(to, 'sandbox') && !['sandbox', 'scripts', 'bench', 'test'].some((room) => inRoom(from, room)),
  },
  {
    says: 'the sandbox imports nothing of the product',
    breaks: ({ from, to, ours }) => inRoom(from, 'sandbox') && ours && !inRoom(to, 'sandbox'),
  },
  {
    says: 'the tour reckons by itself: nothing of shared/domain or shared/partners',
    breaks: ({ from, to, ours }) => inRoom(from, 'scripts/tour') && ours && !inRoom(to, 'scripts/tour'),
  },
  {
    says: 'a bound company is made by the store alone',
    breaks: ({ from, to }) =>
      to === 'shared/store/connections/companies.ts' &&
      !['shared/store', 'activities', 'test'].some((room) => inRoom(from, room)),
  },
];

export const broken = (files: readonly SourceFile[], rule: Rule): string[] =>
  files.flatMap((file) => file.imports.filter(rule.breaks).map((each) => `${each.from} imports ${each.to}`));

/** Files that read the environment although only shared/config may (the sandbox is no part of the product). */
export const readsEnvironment = (files: readonly SourceFile[]): string[] =>
  files.filter((file) => /\bprocess\.env\b/.test(file.text) && !inRoom(file.path, 'shared/config')).map((file) => file.path);

/** Files that turn a plain object into a `BoundCompany` by a cast, outside the one maker. */
export const castsBoundCompany = (files: readonly SourceFile[]): string[] =>
  files
    .filter(
      (file) => /\bas (unknown as )?BoundCompany\b/.test(file.text) && file.path !== 'shared/store/connections/companies.ts',
    )
    .map((file) => file.path);
