import type { ProjectContext } from '../../stream.ts';
import type { Part3Client } from '../client.ts';

/** The Part3 client of a stream. */
export const part3Of = (context: Pick<ProjectContext, 'partnerClient'>): Part3Client => context.partnerClient as Part3Client; // as the partner's own `connect` made it
