import { faultIn } from '../../../domain/faults.ts';

/** What is only tried: undefined where the far side refuses it. What may pass by itself is thrown, and tried again. */
export async function unlessRefused<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    const fault = faultIn(error);
    if (!fault || fault.handling === 'retry') throw error;
    return undefined;
  }
}
