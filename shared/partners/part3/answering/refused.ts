import { faultIn } from '../../../domain/faults.ts';

/** For optional work: undefined if the far side refuses it. Temporary failures are thrown, and retried. */
export async function unlessRefused<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    const fault = faultIn(error);
    if (!fault || fault.handling === 'retry') throw error;
    return undefined;
  }
}
