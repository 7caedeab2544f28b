import { type FaultKind, faultTable } from '../../shared/domain/faults.ts';

/** Whether a fault that parks holds for every record of the stream (a lost permission, a refused credential). */
export const causeOfWhole = (kind: FaultKind): boolean => faultTable[kind].reach !== 'record';
