import { type DestinationStream, type LevelWithSilent, type Logger, pino, stdSerializers } from 'pino';

/**
 * JSON lines of the API. Of an error, only type, code, message and stack are kept: the other properties that a database or a
 * client adds quote whole rows, requests and answers.
 */
export const createLog = (level: LevelWithSilent, destination?: DestinationStream): Logger =>
  pino({ name: 'api', level, serializers: { err: errorForLog } }, destination);

function errorForLog(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack, ...('code' in error && { code: error.code }) };
}
