import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { type CodecKeys, payloadCodec } from '../security/payload-codec.ts';

/** Path of the failure converter: the compiled file in `dist`, else its source. */
export function failureConverterPath(): string {
  const compiled = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL('./failure-converter.cts', import.meta.url));
}

/** The data converter of all our processes: payloads and failure texts are sealed under one namespace's key. */
export const sealedDataConverter = (namespace: string, keys: CodecKeys): DataConverter => ({
  failureConverterPath: failureConverterPath(),
  payloadCodecs: [payloadCodec(namespace, keys)],
});
