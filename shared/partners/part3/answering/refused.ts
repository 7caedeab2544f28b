import { faultIn } from '../../../domain/faults.ts';

/** For optional work: undefined if the far side refuses it. Temporary failures, and what we hold back, are thrown, and retried. */
export async function unlessRefused<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    const fault = faultIn(error);
    if (!fault || fault.handling === 'retry' || fault.kind === 'renewal-held-back') throw error;
    return undefined;
  }
}
