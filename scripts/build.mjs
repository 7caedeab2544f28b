import { ensureBuild } from './provision/build.mjs';
import { ensurePackages } from './provision/packages.mjs';
import { endWith } from './provision/progress.mjs';

try {
  await ensurePackages();
  await ensureBuild();
} catch (error) {
  endWith(error);
}
