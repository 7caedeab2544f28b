import { canonicalHash } from '../domain/canonical-json.ts';
import type { AnyCompany } from '../domain/company.ts';
import { createReadsOnce } from '../http/reads-once.ts';
import type { ProcoreClient, ProcoreRequest } from './contract.ts';

/** A read-only Procore client: a write is refused before it is sent, and what was read once is not requested again. */
export function readingOnly<Company extends AnyCompany>(client: ProcoreClient<Company>): ProcoreClient<Company> {
  const reads = createReadsOnce();
  return {
    company: client.company,
    principal: client.principal,
    call: async (request) => {
      refuseWrite(request);
      return reads.once(keyOf('call', request), projectOf(request), () => client.call(request));
    },
    open: (operationId, send) => client.open(operationId, send),
    pages: (request) => {
      refuseWrite(request);
      return reads.pages(keyOf('pages', request), projectOf(request), () => client.pages(request));
    },
  };
}

function refuseWrite({ effect, operationId }: ProcoreRequest<unknown>): void {
  if (effect !== 'read') throw new Error(`${operationId} would write, where only reading is allowed`);
}

const keyOf = (how: string, { operationId, path, query }: ProcoreRequest<unknown>): string =>
  canonicalHash([how, operationId, path, query ?? null]);

const projectOf = ({ path, query }: ProcoreRequest<unknown>): string | null =>
  /\/projects\/([0-9]+)\//.exec(path)?.[1] ?? (query?.['project_id'] === undefined ? null : String(query['project_id']));
