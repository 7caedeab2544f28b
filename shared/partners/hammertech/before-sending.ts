import { Fault, faultIn } from '../../domain/faults.ts';

/** Look-ups that belong to a write: while nothing was sent, their failure means that nothing happened. */
export async function beforeSending<Result>(look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    const fault = faultIn(error);
    throw fault ? new Fault(fault.kind, { ...fault.detail, effect: 'surely-not-done' }, error) : error;
  }
}
