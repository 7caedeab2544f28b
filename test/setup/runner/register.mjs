import { register } from 'node:module';
import 'tsx/esm';
import './late-asker.mjs';

/** Preloaded into every process that runs tests: TypeScript as it is written, and Jest's globals where files import them from. */
register('./resolve.mjs', import.meta.url);
