import { type BackfillSurvey, type TalliedRow, tallyOf } from '../../domain/backfill.ts';
import { localDateOf } from '../../domain/local-dates.ts';
import { listRfis } from '../../procore/operations/rfis.ts';
import { listAllSubmittals } from '../../procore/operations/submittals.ts';
import { ianaZoneOf } from '../../procore/time-zones.ts';
import type { CheckContext } from '../contract.ts';
import type { PeopleContext } from '../people.ts';
import { settings } from './settings.ts';
import { filesOfSubmittal, peopleOfSubmittal } from './streams/submittal-content.ts';
import { takesPart, teamOf } from './streams/taking-part.ts';

/** Counts what the project holds, from its lists alone: one call per page, as a first full read would cost. */
export async function surveyBackfill({ connection, matches }: CheckContext, people: PeopleContext): Promise<BackfillSurvey> {
  const { boundProject, offered, team } = people;
  const projectId = boundProject?.id ?? '';
  const procore = await people.asOwnerBound();
  const zone = ianaZoneOf(offered.find((offer) => offer.projectId === projectId)?.timeZone ?? null) ?? 'Etc/UTC';
  const dayOf = (updatedAt: string | null) => (updatedAt === null ? null : localDateOf(Date.parse(updatedAt), zone));
  const matchedTo = new Map(
    matches.flatMap(({ kind, partnerId, procoreId, state }) =>
      kind === 'person' && state === 'matched' ? [[partnerId, procoreId]] : [],
    ),
  );
  const designSide = teamOf(
    team.map(({ memberId, name, procoreUserId }) => ({
      memberId,
      name,
      procoreUserId: procoreUserId ?? matchedTo.get(memberId) ?? null,
    })),
  );
  const intake = settings.parse(connection.settings).intake.which;

  async function countRfis() {
    const pages: TalliedRow[][] = [];
    for await (const page of listRfis(procore, projectId)) {
      // only the single RFI shows who else takes part
      const rows = page.map(({ status, draft: isDraft, updatedAt }) => ({
        isDraft,
        isOpen: status === 'open',
        day: dayOf(updatedAt),
      }));
      pages.push(rows.map((row) => ({ ...row, enters: true, files: null })));
    }
    return tallyOf(pages, 1);
  }

  async function countSubmittals() {
    const pages: TalliedRow[][] = [];
    for await (const page of listAllSubmittals(procore, projectId)) {
      pages.push(
        page.map((submittal) => ({
          isDraft: submittal.status === 'Draft',
          isOpen: submittal.status === 'Open',
          day: dayOf(submittal.updatedAt),
          enters: takesPart(designSide, intake, peopleOfSubmittal(submittal), false),
          files: filesOfSubmittal(submittal).length,
        })),
      );
    }
    return tallyOf(pages, 0);
  }

  return {
    rfis: connection.modules.includes('rfis') ? await countRfis() : null,
    submittals: connection.modules.includes('submittals') ? await countSubmittals() : null,
  };
}
