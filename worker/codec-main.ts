import { codecEnvironment, readEnvironment } from '../shared/config/environment.ts';
import { oneCodecKey, payloadCodec } from '../shared/security/payload-codec.ts';
import { codecApp, listen } from './codec-server.ts';

const settings = readEnvironment(codecEnvironment);
const keys = oneCodecKey(settings.CODEC_KEY_ID, settings.CODEC_KEY);
const origins = settings.CODEC_ORIGINS.split(',').map((origin) => origin.trim());
const server = await listen(codecApp({ origins, codecOf: (namespace) => payloadCodec(namespace, keys) }), settings.CODEC_PORT);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
console.log(JSON.stringify({ ready: true, process: 'codec', address: server.address() }));
