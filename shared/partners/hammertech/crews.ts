import type { ProjectContext } from '../stream.ts';
import type { HammertechClient } from './client.ts';

/**
 * Child employers without a vendor of their own, with the nearest ancestor that has one (facts: steps-and-calls section 3). A
 * child without any such ancestor is kept as itself, and listed as unmatched under its own name.
 */
export async function crewsByEmployer(
  client: Pick<HammertechClient, 'employers'>,
  vendorOf: ProjectContext['vendorOf'],
): Promise<ReadonlyMap<string, string>> {
  const parentOf = new Map<string, string>();
  for await (const page of client.employers()) {
    for (const { id, parentEmployerId } of page) if (parentEmployerId !== null) parentOf.set(id, parentEmployerId);
  }
  const crews = new Map<string, string>();
  for (const employerId of parentOf.keys()) {
    const line = lineAbove(employerId, parentOf);
    const matched = vendorOf.has(employerId) ? undefined : line.find((id) => vendorOf.has(id));
    if (matched !== undefined) crews.set(employerId, matched);
  }
  return crews;
}

/** Ancestors, nearest first; stops at a cycle. */
function lineAbove(employerId: string, parentOf: ReadonlyMap<string, string>): readonly string[] {
  const line: string[] = [];
  for (let next = parentOf.get(employerId); next !== undefined && !line.includes(next); next = parentOf.get(next))
    line.push(next);
  return line;
}
