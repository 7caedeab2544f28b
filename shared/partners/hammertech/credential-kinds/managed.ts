import { guide } from '../settings.ts';
import type { CredentialKind, LowLevel } from './kind.ts';

const appManagement = 'In Procore: Company Tools → Admin → App Management → the app';

/** A template given to the app's user in the Directory overrides the manifest. */
const levelAt = ({ tool, user, hasTemplate, template }: LowLevel): string =>
  !hasTemplate
    ? `${appManagement} → Update, once its newest version asks for ${tool}; then pick the permitted projects anew.`
    : `In Procore: Company Tools → Directory → ${user} → Permissions: ${template === undefined ? 'a permission template' : `“${template}”`} takes the place of what the app asks for; take it off, or raise ${tool} in it.`;

/**
 * What every app's own user has in common, whoever registered the app: it is created by the installation, has the manifest's
 * levels, and is on the permitted projects; every update of the app empties that list, and new projects are not added by
 * themselves (facts: procore section 1.4).
 */
export const managed = {
  rightsFrom: 'manifest',
  notConnected: { needed: 'The app is installed and connected in that company.', where: `${appManagement} → Install.` },
  companyLevelAt: levelAt,
  projectLevelAt: levelAt,
  projectsAt: () => `${appManagement} → Permitted projects → add them. Every update of the app empties that list.`,
  withoutNewProjects: 'by-hand',
  newProjectsAt: (user) =>
    `${appManagement} → Permitted projects, for each new project. Or, though Procore’s developer pages advise against it: Company Tools → Directory → ${user} → default project template “${guide.projectTemplate}”, and tick “Add user to all new projects”; there the template decides in place of the manifest.`,
} as const satisfies Partial<CredentialKind>;
