import type { CheckContext } from '../../contract.ts';
import type { Part3Client } from '../client.ts';

/** The client that `connect` of this folder made; the contract cannot know its type. */
export const part3Of = async (context: CheckContext): Promise<Part3Client> => (await context.partnerClient()) as Part3Client;
