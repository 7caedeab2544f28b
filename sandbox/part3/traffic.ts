import { bearerOf, traffic } from '../kernel/traffic.ts';
import type { Part3World } from './commits.ts';
import { cutAfter } from './cuts.ts';

const operations: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^\/Projects$/, { GET: 'Projects.list' }],
  [/^\/Projects\/[^/]+$/, { GET: 'Projects.show' }],
  [/^\/Companies\/[^/]+\/Members$/, { GET: 'Members.list' }],
  [/^\/Projects\/[^/]+\/Companies$/, { GET: 'Companies.list' }],
  [/^\/Projects\/[^/]+\/Rfis$/, { GET: 'Rfis.list' }],
  [/^\/Projects\/[^/]+\/Rfis\/[^/]+$/, { GET: 'Rfis.show', PUT: 'Rfis.upsert' }],
  [/^\/Projects\/[^/]+\/Submittals$/, { GET: 'Submittals.list' }],
  [/^\/Projects\/[^/]+\/Submittals\/[^/]+$/, { GET: 'Submittals.show', PUT: 'Submittals.upsert' }],
  [/^\/Projects\/[^/]+\/RfiAnswers$/, { GET: 'RfiAnswers.list' }],
  [/^\/RfiAnswers\/[^/]+$/, { GET: 'RfiAnswers.show' }],
  [/^\/RfiAnswers\/[^/]+\/outcome$/, { PUT: 'RfiAnswers.settle' }],
  [/^\/RfiAnswers\/[^/]+\/preview$/, { PUT: 'RfiAnswers.preview' }],
  [/^\/SubmittalReturns\/[^/]+\/preview$/, { PUT: 'SubmittalReturns.preview' }],
  [/^\/Projects\/[^/]+\/SubmittalReturns$/, { GET: 'SubmittalReturns.list' }],
  [/^\/SubmittalReturns\/[^/]+$/, { GET: 'SubmittalReturns.show' }],
  [/^\/SubmittalReturns\/[^/]+\/outcome$/, { PUT: 'SubmittalReturns.settle' }],
  [/^\/Files$/, { POST: 'Files.create' }],
  [/^\/Files\/[^/]+$/, { GET: 'Files.show' }],
  [/^\/Files\/[^/]+\/content$/, { GET: 'Files.read', PUT: 'Files.write' }],
  [/^\/Files\/[^/]+\/complete$/, { POST: 'Files.complete' }],
];

/** The names in faults and ledger: `part3.Rfis.upsert`, `part3.RfiAnswers.settle`, `part3.Files.write`. */
export function operationOf(method: string, path: string): string | null {
  const [, below] = /^\/api\/v1(\/.+)$/.exec(path) ?? [];
  if (below === undefined) return null;
  const name = operations.find(([pattern]) => pattern.test(below))?.[1][method];
  return name === undefined ? null : `part3.${name}`;
}

const withContent = ['part3.Files.read', 'part3.Files.write'];

/** Part3's refusals have their own form; assumed. */
export const part3Traffic = ({ world, state }: Part3World) =>
  traffic(world, {
    side: 'part3',
    operationOf,
    projectOf: ({ path }) => /\/Projects\/([^/]+)/.exec(path)?.[1] ?? null,
    server: {
      answerStatus: (response, status) =>
        void response.status(status).json({ code: String(status), message: 'The request could not be completed.' }),
      revoke(request, response) {
        const token = state.tokens.get(bearerOf(request));
        if (token !== undefined) state.tokens.put({ ...token, active: false });
        response.status(401).json({ code: 'unauthorized', message: 'The token is not known.' });
      },
      cut(request, response, afterBytes) {
        if (!withContent.includes(operationOf(request.method, request.path) ?? '')) return false;
        cutAfter(response, afterBytes);
        return true;
      },
    },
  });
