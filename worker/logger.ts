import type { LogLevel, Logger as TemporalLogger } from '@temporalio/worker';
import pino, { type Logger } from 'pino';

/** Fields that would contain payloads or secrets; our own log fields are words and ids. */
const redacted = [
  '*.secret',
  '*.token',
  '*.password',
  '*.authorization',
  'secret',
  'token',
  'password',
  'authorization',
  'details',
  'payloads',
];

export type LogLevelName = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error; standard output carries only the ready line. */
export const createLogger = (name: string, level: LogLevelName): Logger =>
  pino(
    { name, level, base: { name }, redact: { paths: redacted, censor: '[secret]' } },
    pino.destination({ dest: 2, sync: false }),
  );

const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The runtime's own lines; those below warnings only at debug level: at INFO it logs pages about worker life. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const chatty = logger.isLevelEnabled('debug');
  const log = (level: LogLevel, message: string, meta?: Record<string, unknown>): void => {
    if (!chatty && level !== 'WARN' && level !== 'ERROR') return;
    logger[levels[level]](meta === undefined ? {} : plain(meta), message);
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

/** Strings, numbers, booleans, and names and messages of errors; nothing nested. */
const plain = (meta: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(meta).flatMap(([name, value]) => {
      if (value instanceof Error) return [[name, `${value.name}: ${value.message}`]];
      return ['string', 'number', 'boolean'].includes(typeof value) ? [[name, value]] : [];
    }),
  );
