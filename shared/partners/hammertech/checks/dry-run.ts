import type { BoundCompany } from '../../../domain/company.ts';
import { Fault, faultIn } from '../../../domain/faults.ts';
import { addDays, localDateOf, windowStart } from '../../../domain/local-dates.ts';
import { type DryRun, type ListedProject, type RecordMatch, takingPart } from '../../../domain/projects.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { diagnoseProjectRefusal } from '../../../procore/diagnosis.ts';
import { isUnproven } from '../../../procore/errors.ts';
import { listManpowerLogs } from '../../../procore/operations/manpower-logs.ts';
import { listProjects } from '../../../procore/operations/projects.ts';
import { ianaZoneOf } from '../../../procore/time-zones.ts';
import { type Check, type CheckContext, met } from '../../contract.ts';
import type { HammertechClient } from '../client.ts';
import { needsOf } from '../settings.ts';
import { allOf, hammertechOf } from './partner.ts';

type ProjectPlan = DryRun['projects'][number];

const examplesShown = 10;

/** Whom an employer is matched with, by HammerTech's id. */
type Vendors = ReadonlyMap<string, { readonly vendorId: string | null; readonly name: string }>;

/**
 * What going live would do, per matched project: days and employers that would become new entries, those that Procore already has
 * (left alone, whoever made them), and those that cannot be sent. Reads only.
 */
export const dryRun: Check = async (context) => {
  const hammertech = await hammertechOf(context);
  const procore = await context.boundService();
  const listed = new Map((await listProjects(procore, 'active')).map((project) => [project.id, project]));
  const vendors: Vendors = new Map(
    context.matches
      .filter(({ kind }) => kind === 'company')
      .map((match) => [
        match.partnerId,
        { vendorId: match.state === 'matched' ? match.procoreId : null, name: match.partnerName },
      ]),
  );
  const takesPart = takingPart(context.connection.projectChoice, context.adminProjects);
  const projects: ProjectPlan[] = [];
  for (const match of context.matches) {
    const project = match.procoreId === null ? undefined : listed.get(match.procoreId);
    if (match.kind === 'project' && match.state === 'matched' && project && takesPart(match)) {
      projects.push(await planOf(context, { hammertech, procore, vendors }, match, project));
    }
  }
  const report: DryRun = { at: new Date().toISOString(), projects };
  const total = (count: (plan: ProjectPlan) => number): number => projects.reduce((sum, plan) => sum + count(plan), 0);
  const evidence = {
    at: report.at,
    projects: projects.length,
    create: total(({ create }) => create),
    leaveAlone: total(({ leaveAlone }) => leaveAlone),
    cannot: total(({ cannot }) => cannot),
  };
  return met(evidence, { dryRun: report });
};

interface Sides {
  readonly hammertech: HammertechClient;
  readonly procore: ProcoreClient<BoundCompany>;
  readonly vendors: Vendors;
}

async function planOf(context: CheckContext, sides: Sides, match: RecordMatch, project: ListedProject): Promise<ProjectPlan> {
  const zone = ianaZoneOf(project.timeZone);
  if (zone === undefined) return nothingIn(project, `the time zone "${project.timeZone ?? 'none'}" is not known.`);
  try {
    return await planIn(zone, context, sides, match, project);
  } catch (error) {
    const refused = faultIn(error);
    if (!refused || !isUnproven(refused)) throw error;
    const needs = needsOf(context.connection.modules, 'project');
    const { kind, detail } = await diagnoseProjectRefusal(sides.procore, refused, project.id, needs);
    // a tool that is switched off holds up its own project, as in `verifyProjectTemplate`
    if (kind === 'tool-disabled') return nothingIn(project, detail.seen ?? '');
    throw new Fault(kind, { ...detail, seen: `${project.name.trim()}: ${detail.seen}` }, refused);
  }
}

const nothingIn = ({ id: procoreProjectId, name }: ListedProject, why: string): ProjectPlan => ({
  procoreProjectId,
  name,
  create: 0,
  update: 0,
  leaveAlone: 0,
  cannot: 0,
  examples: [`Nothing: ${why}`],
});

async function planIn(
  zone: string,
  context: CheckContext,
  sides: Sides,
  match: RecordMatch,
  project: ListedProject,
): Promise<ProjectPlan> {
  const { id: procoreProjectId, name } = project;
  const nowMs = Date.now();
  const range = { from: windowStart(nowMs, zone, context.windowDays), to: localDateOf(nowMs, zone) };
  const existing = new Set<string>();
  for (const entry of await allOf(listManpowerLogs(sides.procore, procoreProjectId, range))) {
    if (entry.date !== null && entry.vendor !== null) existing.add(`${entry.date}|${entry.vendor.id}`);
  }
  const plan = { create: 0, leaveAlone: 0, cannot: 0, examples: [] as string[] };
  for (const { date, employerId, workers } of await crewsOf(sides.hammertech, match.partnerId, zone, range.from)) {
    const vendor = sides.vendors.get(employerId);
    const does = vendor?.vendorId == null ? 'cannot' : existing.has(`${date}|${vendor.vendorId}`) ? 'leaveAlone' : 'create';
    plan[does] += 1;
    if (plan.examples.length < examplesShown)
      plan.examples.push(`${date}: ${vendor?.name ?? employerId}, ${workers} workers: ${inWords[does]}`);
  }
  return { procoreProjectId, name, update: 0, ...plan };
}

const inWords = { create: 'new entry', leaveAlone: 'there already, left alone', cannot: 'no counterpart in Procore' } as const;

interface Crew {
  readonly date: string;
  readonly employerId: string;
  readonly workers: number;
}

/** Days and employers with at least one worker; visitors and deleted sign-ins never count. A stay belongs to the day it began. */
async function crewsOf(hammertech: HammertechClient, projectId: string, zone: string, from: string): Promise<readonly Crew[]> {
  const crews = new Map<string, { readonly date: string; readonly employerId: string; readonly workers: Set<string> }>();
  // A local day begins up to 14 h before its date does in UTC.
  for await (const page of hammertech.signIns({ projectId, modifiedSince: `${addDays(from, -1)}T00:00:00.000Z` })) {
    for (const { startUtc, employerId, workerId, isVisitor, deleted } of page) {
      if (startUtc === null || employerId === null || workerId === null || isVisitor || deleted) continue;
      const date = localDateOf(Date.parse(startUtc), zone);
      if (date < from) continue;
      const key = `${date}|${employerId}`;
      const crew = crews.get(key) ?? { date, employerId, workers: new Set<string>() };
      crew.workers.add(workerId);
      crews.set(key, crew);
    }
  }
  return [...crews.values()]
    .map(({ date, employerId, workers }) => ({ date, employerId, workers: workers.size }))
    .sort((left, right) => left.date.localeCompare(right.date) || left.employerId.localeCompare(right.employerId));
}
