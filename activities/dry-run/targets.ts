import { randomUUID } from 'node:crypto';
import type { LinkedProject, Stream } from '../../shared/partners/stream.ts';
import type { ProjectLink } from '../../shared/store/projects/project-links.ts';
import { automationOf, settingsHashOf } from '../sync/open-stream.ts';
import type { PartToForesee } from './part.ts';

/** A project, or the company, that is linked or will be. */
export interface Target {
  readonly procoreProjectId: string;
  readonly name: string;
  /** Undefined for the company. */
  readonly project: LinkedProject | undefined;
  /** Undefined if it is still to be linked. */
  readonly link: ProjectLink | undefined;
}

/** The part of one stream of a target. Nothing is known of a link that is still to be made: it gets an id that no row has. */
export function partOf(tenantId: string, settings: unknown, target: Target, stream: Stream): PartToForesee {
  const { procoreProjectId, name, project, link } = target;
  const mappedUnder = { timeZone: project?.timeZone ?? null, startDate: project?.startDate ?? null };
  return {
    tenantId,
    stream,
    of: { projectLinkId: link?.projectLinkId ?? randomUUID(), stream: stream.name },
    procoreProjectId,
    name,
    project,
    settingsHash: settingsHashOf(settings, mappedUnder, stream),
    automation: automationOf(link, stream.name),
  };
}
