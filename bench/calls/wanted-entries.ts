import { agree, type Comparison } from '../../scripts/tour/comparison.ts';
import { compareManpower, reckonManpower } from '../../scripts/tour/reckoning.ts';
import type { Truth } from '../../scripts/tour/truth.ts';

/** A company whose entries are to stand from `liveAt` on, and the projects that are linked. */
export interface SyncedCompany {
  readonly slug: string;
  readonly companyId: string;
  readonly liveAt: Date;
  readonly projectIds: readonly string[];
}

/**
 * How what stands in Procore's manpower logs differs, project by project, from what HammerTech's sign-ins make of them: both as the sandbox
 * holds them, by the tour's reckoning, which knows nothing of what the product read or wrote.
 */
export async function manpowerDifferences(
  truth: Truth,
  { slug, companyId, liveAt, projectIds }: SyncedCompany,
): Promise<ReadonlyMap<string, Comparison>> {
  const company = (await truth.companies()).find(({ id }) => id === companyId);
  if (!company) throw new Error(`the sandbox has no company ${companyId}`);
  const [hammertech, vendors] = [await truth.hammertech(slug), await truth.vendors(companyId)];
  const expected = reckonManpower({ hammertech, company, vendors }, liveAt);
  const entries = await truth.manpower(companyId);
  return new Map(
    projectIds.map((id) => [
      id,
      compareManpower(
        expected.filter(({ key }) => key.startsWith(`${id}|`)),
        entries.filter(({ projectId }) => projectId === id),
      ),
    ]),
  );
}

/** Throws where an entry is lost, doubled or wrong. */
export function expectAgreement(differences: ReadonlyMap<string, Comparison>): void {
  for (const [projectId, comparison] of differences) {
    if (!agree(comparison)) throw new Error(`project ${projectId} does not stand as it is meant: ${JSON.stringify(comparison)}`);
  }
}
