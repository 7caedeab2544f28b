import { guide } from '../settings.ts';
import type { CredentialKind, LowLevel } from './kind.ts';

const template = ({ template: name }: LowLevel, byGuide: string): string => name ?? byGuide;

/**
 * A traditional service account: one client id and secret for one company, created by its admin. Procore shows the secret once.
 * Its rights come from the permission templates given to its user, its projects from the Directory.
 */
export const legacy: CredentialKind = {
  rightsFrom: 'templates',
  proven: 'Procore’s page with the secret may be left now.',
  wrongSecret: {
    needed:
      'Both exactly as Procore shows them. Procore shows a secret once: where it is lost, a new service account is made and its id and secret are submitted.',
    where:
      'In Procore: Company Tools → Admin → Service Accounts → New; stay on the page that shows the secret, and submit both here.',
  },
  wrongCompany: {
    needed: 'The id of the company in which the service account was made.',
    where: 'In Procore, the number in the address of any company page: …/<company id>/company/…; submit it here.',
  },
  notConnected: {
    needed: 'The service account is connected to the company.',
    where: 'In Procore: Company Tools → Admin → Service Accounts → the account; or App Management → connect it.',
  },
  levelOwner: 'admin',
  companyLevelAt: (low) =>
    `In Procore: Company Tools → Permissions → Company Permissions Templates → ${template(low, guide.companyTemplate)} → ${low.tool}.`,
  projectLevelAt: (low) =>
    `In Procore: Company Tools → Permissions → Project Permissions Templates → ${template(low, guide.projectTemplate)} → ${low.tool}.`,
  projectsAt: (user) => `In Procore: Company Tools → Directory → ${user} → Projects → Add, with ${guide.projectTemplate}.`,
  withoutNewProjects: 'gap',
  newProjectsAt: (user) => `In Procore: Company Tools → Directory → ${user} → Permissions → Add user to all new projects.`,
};
