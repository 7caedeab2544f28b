import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { type CodecKeys, payloadCodec } from '../security/payload-codec.ts';

/** Path of the failure converter: the compiled file in `dist`, its source elsewhere. */
export function failureConverterPath(): string {
  const compiled = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL('./failure-converter.cts', import.meta.url));
}

/** How every process of ours speaks to Temporal: payloads and failure texts sealed under one namespace's key. */
export const sealedDataConverter = (namespace: string, keys: CodecKeys): DataConverter => ({
  failureConverterPath: failureConverterPath(),
  payloadCodecs: [payloadCodec(namespace, keys)],
});
