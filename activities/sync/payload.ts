import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import type { DeliveryPayload } from '../../shared/domain/deliveries.ts';
import type { Stream, TargetRecord } from '../../shared/partners/stream.ts';

/** A mapped record as a delivery carries it, with the hash that distinguishes its versions. */
export function payloadOf({ mappingVersion }: Pick<Stream, 'mappingVersion'>, record: TargetRecord): DeliveryPayload {
  const { naturalKey, searchKey, fields, address, empty } = record;
  const hash = canonicalHash({ mapping: mappingVersion, fields, searchKey });
  return { naturalKey, searchKey, fields, address: { ...address }, empty, hash };
}
