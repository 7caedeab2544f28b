import { personIdOf } from '../../sandbox/control/fields.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { type ProjectLinkView, projectLinkView } from '../../shared/store/projects/project-links-view.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { HammertechGround } from './hammertech-ground.ts';
import { newSite, type Site } from './manpower-site.ts';
import { wishToCompare } from './wishes.ts';

/** A site whose entries are written, and may be compared. */
export interface ComparedSite extends Site {
  readonly days: readonly string[];
  /** A person of Acme, who acts in Procore's own screens. */
  readonly ada: string;
  /** Of each entry, by day. */
  readonly ids: readonly string[];
  /** Somebody wishes for a comparison: the row, without which nothing is compared here. */
  wish(): Promise<void>;
  cycle(): Promise<StreamReport>;
  /** Wishes, and runs a cycle; answers the sentence. */
  compare(): Promise<string | undefined>;
  /** Calls to Procore since the last asking; lists by page. */
  calls(): readonly string[];
  /** As the API shows it. */
  view(): Promise<ProjectLinkView['streams'][number]['compared']>;
  /** Sets a moment of the stream's checkpoint that many days back. */
  daysAgo(column: 'reconciled_at' | 'compared_whole_at', days: number): Promise<void>;
}

/** One crew, one worker and eight hours on each of so many days up to yesterday; written, one entry a day. */
export async function comparedSite(ground: HammertechGround, count = 3): Promise<ComparedSite> {
  const site = await newSite(ground);
  const { store, tenantId, connectionId } = ground;
  const { projectLinkId } = site.link;
  const firm = await site.firm('Ironbark Formwork Pty Ltd');
  const days = Array.from({ length: count }, (_, index) => site.day(count - index));
  for (const day of days) site.signIn({ employer: firm.employerId, day, from: '07:00', to: '15:00' });
  await site.sync();
  ground.calls('procore');

  const compared: ComparedSite = {
    ...site,
    days,
    ada: personIdOf(ground.sandbox.world, 'ada'),
    ids: site.entries().map(({ id }) => id),
    wish: () => wishToCompare({ store, tenantId, connectionId, link: site.link }),
    cycle: () => ground.cycle(site.link, 'manpower'),
    async compare() {
      await compared.wish();
      return (await compared.cycle()).reconciled;
    },
    calls: () => ground.calls('procore').map((call) => call.replace(/^(\w+) .*\/projects\/\d+/, '$1 ')),
    async view() {
      const view = await withTenant(store.pool, tenantId, (db) => projectLinkView(db, projectLinkId));
      return view?.streams.find(({ name }) => name === 'manpower')?.compared ?? null;
    },
    daysAgo: async (column, days) => {
      await store.admin.query(`UPDATE checkpoint SET ${column} = now() - $2 * interval '1 day' WHERE project_link_id = $1`, [
        projectLinkId,
        days,
      ]);
    },
  };
  return compared;
}
