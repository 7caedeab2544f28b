import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { codecEnvironment, readEnvironment } from '../shared/config/environment.ts';
import { assertOutfitReady } from '../shared/config/production.ts';
import { codecKeys, payloadCodec } from '../shared/security/payload-codec.ts';
import { codecApp, listen } from './codec-server.ts';
import { createLogger } from './logger.ts';
import { publishedKeys, staffOnly } from './staff.ts';

/** The codec endpoint's process: holds the payload key and nothing else. */
const settings = readEnvironment(codecEnvironment);
const log = createLogger('codec', settings.LOG_LEVEL);
const keys = codecKeys({ id: settings.CODEC_KEY_ID, key: settings.CODEC_KEY }, settings.CODEC_FORMER_KEYS);
const origins = settings.CODEC_ORIGINS.split(',').map((origin) => origin.trim());
assertOutfitReady({
  mode: settings.GROUNDWORK_MODE,
  urls: { ...Object.fromEntries(origins.map((origin, place) => [`CODEC_ORIGINS[${place}]`, origin])), ...providerOf(settings) },
  keys: { CODEC_KEY: settings.CODEC_KEY },
  keyIds: { CODEC_KEY_ID: settings.CODEC_KEY_ID },
  listens: { CODEC_HOST: settings.CODEC_HOST },
});

const codecOf = (namespace: string) => payloadCodec(namespace, keys);
const server = await listen(codecApp({ origins, codecOf, gate: gateOf(settings) }), settings.CODEC_PORT, settings.CODEC_HOST);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
console.log(JSON.stringify({ ready: true, process: 'codec', address: server.address() }));

type Settings = z.infer<typeof codecEnvironment>;

function providerOf(given: Settings): Readonly<Record<string, string>> {
  if (given.GROUNDWORK_MODE === 'demo') return {};
  return { CODEC_OIDC_ISSUER: given.CODEC_OIDC_ISSUER, CODEC_OIDC_JWKS_URL: given.CODEC_OIDC_JWKS_URL };
}

function gateOf(given: Settings): readonly RequestHandler[] {
  if (given.GROUNDWORK_MODE === 'demo') return [];
  const staff = {
    issuer: given.CODEC_OIDC_ISSUER,
    audience: given.CODEC_OIDC_AUDIENCE,
    groupsClaim: given.CODEC_OIDC_GROUPS_CLAIM,
    group: given.CODEC_OIDC_GROUP,
    keys: publishedKeys(given.CODEC_OIDC_JWKS_URL),
  };
  return staffOnly(staff, (entry) => log.info(entry, 'asked to decode or encode'));
}
