import { isBox, openBox } from '../../security/boxing.ts';
import type { RootKeys, TenantKey } from '../../security/keys.ts';
import type { Place } from '../../security/places.ts';
import { places } from '../../security/places.ts';
import { pseudonymsOf } from '../../security/pseudonyms.ts';
import { sealSecret, unsealSecret } from '../../security/sealing.ts';
import type { Secret } from '../../security/secret.ts';
import { rewrapCredential, type SealedCredential } from '../connections/credentials.ts';
import type { Db } from '../tenancy.ts';
import { readTenantKey } from './tenants.ts';

/**
 * Opens and seals what the store holds. Only the worker has one, since only it has the root key and the private half of the box.
 * Pass a transaction of the tenant concerned: its key is read from its row each time, so that an erased tenant stays closed.
 */
export interface Vault {
  /** Opens an envelope, or the API's box. */
  unsealSecret(db: Db, place: Place, sealed: Buffer): Promise<Secret>;
  sealSecret(db: Db, place: Place, secret: Secret): Promise<Buffer>;
  /** Returns a function that seals for that place without the database, which may be down when the secret arrives. */
  sealer(db: Db, place: Place): Promise<(secret: Secret) => Buffer>;
  /** A credential's secret. A box is re-sealed under the tenant's and a record key on first use. */
  unsealCredential(db: Db, tenantId: string, credential: Pick<SealedCredential, 'credentialId' | 'sealed'>): Promise<Secret>;
  /** Keyed pseudonyms of the tenant for one purpose, e.g. `sign-in`. */
  pseudonyms(db: Db, purpose: string): Promise<(value: string) => string>;
}

export function createVault(roots: RootKeys, boxPrivateKey: string): Vault {
  const keyOf = (db: Db): Promise<TenantKey> => readTenantKey(db, roots);
  const unseal = async (db: Db, place: Place, sealed: Buffer): Promise<Secret> =>
    isBox(sealed) ? openBox(boxPrivateKey, place, sealed) : unsealSecret(await keyOf(db), place, sealed);
  const seal = async (db: Db, place: Place, secret: Secret): Promise<Buffer> => sealSecret(await keyOf(db), place, secret);
  return {
    unsealSecret: unseal,
    sealSecret: seal,
    async sealer(db, place) {
      const key = await keyOf(db);
      return (secret) => sealSecret(key, place, secret);
    },
    async unsealCredential(db, tenantId, { credentialId, sealed }) {
      const place = places.credential(tenantId, credentialId);
      const secret = await unseal(db, place, sealed);
      if (isBox(sealed)) await rewrapCredential(db, credentialId, sealed, await seal(db, place, secret));
      return secret;
    },
    async pseudonyms(db, purpose) {
      return pseudonymsOf(await keyOf(db), purpose);
    },
  };
}
