import { guide } from '../settings.ts';
import type { CredentialKind, LowLevel } from './kind.ts';

const appManagement = 'In Procore: Company Tools → Admin → App Management → the app';

/** A template that somebody gave to the app's user in the Directory takes the place of the manifest. */
const levelAt = ({ tool, user, hasTemplate, template }: LowLevel): string =>
  !hasTemplate
    ? `${appManagement} → Update, once its newest version asks for ${tool}; then pick the permitted projects anew.`
    : `In Procore: Company Tools → Directory → ${user} → Permissions: ${template === undefined ? 'a permission template' : `“${template}”`} takes the place of what the app asks for; take it off, or raise ${tool} in it.`;

/**
 * What an app's own user has in common, whoever registered the app: it comes with the installation, its levels are those of the manifest,
 * its projects the permitted ones, which every update of the app empties and no new project joins by itself (facts: procore section 1.4).
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
