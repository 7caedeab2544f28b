import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { id, idOrNull } from '../fields.ts';
import { numericId, rest, write } from '../requests.ts';

/** More in one call are refused (facts/procore.md section 3.2). */
export const mostAtOnce = 1000;

/**
 * Adds a user to up to a thousand projects. On a project they are already on, they keep their template. The response's inner
 * shape is not published: false if Procore says that some of it failed; the project list shows which.
 */
export async function addToProjects(
  client: ProcoreClient<BoundCompany>,
  userId: string,
  projectIds: readonly string[],
  templateId: string | undefined,
  mayStillSend?: () => boolean,
): Promise<boolean> {
  const users = projectIds.map((projectId) => ({
    user_id: numericId(userId),
    project_id: numericId(projectId),
    ...(templateId !== undefined && { permission_template_id: numericId(templateId) }),
  }));
  const path = rest`v1.3/companies/${client.company.companyId}/users/bulk_add`;
  const { status } = await client.call({ ...write('addToProjects', 'POST', path, z.unknown(), { users }), mayStillSend });
  return status === 200;
}

const assignment = z
  .object({ user_id: idOrNull, permission_template_id: id })
  .transform((row) => ({ userId: row.user_id, templateId: row.permission_template_id }));

/** Gives a member of a project another template, an absolute value. Returns the template then in force. */
export async function replaceTemplate(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  { userId, templateId }: { readonly userId: string; readonly templateId: string },
  mayStillSend?: () => boolean,
): Promise<string> {
  const body = {
    permission_template_assignments: { user_id: numericId(userId), permission_template_id: numericId(templateId) },
  };
  const path = rest`v1.0/projects/${projectId}/permission_template_assignments`;
  return (await client.call({ ...write('replaceTemplate', 'PATCH', path, assignment, body), mayStillSend })).value.templateId;
}
