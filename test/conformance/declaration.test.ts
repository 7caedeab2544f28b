import { describe, test } from '@jest/globals';
import { partnerNames } from '../../shared/domain/partners.ts';
import { createPartners } from '../../shared/partners/registry.ts';
import { plans } from '../../workflows/plans/index.ts';
import { checkLines } from './check-lines.ts';
import { declarationLines } from './declaration-lines.ts';

describe.each(partnerNames)('%s', (name) => {
  const partner = createPartners()[name];

  test.each(declarationLines.map((line) => [line.says, line] as const))('%s', (_says, { prove }) =>
    prove({ partner, plan: plans[name] }),
  );

  test.each(checkLines.map((line) => [line.says, line] as const))('%s', (_says, { prove }) => prove({ partner }));
});
