import { z } from 'zod';
import type { JsonClient } from '../http.ts';

const company = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  templates: z.array(z.object({ id: z.union([z.string(), z.number()]).transform(String), name: z.string() })),
});

/** Procore's name for it is not published; this is the sandbox's. */
const markOfficial = { tool: 'rfis', permission: 'mark_official_responses' } as const;

/** What the builder's admin does on Procore's own screens: holders of the template may mark their answer as the official one. */
export async function letMarkOfficial(control: JsonClient, companyId: string, templateName: string): Promise<void> {
  const templates = z
    .array(company)
    .parse(await control.get('/companies'))
    .find(({ id }) => id === companyId)?.templates;
  const template = templates?.find(({ name }) => name === templateName);
  if (template === undefined) throw new Error(`the company has no permission template ${templateName}`);
  await control.post('/admin/templates/grant', { templateId: template.id, ...markOfficial, by: 'ada' });
}
