import type { Plan } from '../../shared/domain/steps.ts';
import { step } from './step.ts';

/**
 * HammerTech: one service credential per Procore company. The company id is checked to be visible before anybody signs in for it;
 * the partner's login and the app's installation are checked in parallel.
 */
export const hammertech: Plan = {
  partner: 'hammertech',
  steps: [
    step('awaitCredentials', [], {
      title: 'Submit the Procore credentials',
      cure: 'In Procore: Company Tools → Admin → create the service account, then submit client id, client secret and company id here.',
    }),
    step('verifyCredentials', ['awaitCredentials'], {
      title: 'Procore accepts the credentials',
      cure: 'Copy client id and secret again from Procore and submit them here.',
      repeatInCare: true,
      proves: 'procore-service',
      audits: 'credentials.verified',
    }),
    step('verifyPartner', ['awaitCredentials'], {
      title: 'HammerTech accepts the login',
      cure: 'Submit HammerTech region, tenant, e-mail and password of a login that sees all projects.',
      repeatInCare: true,
      supportMay: true,
      proves: 'partner-login',
    }),
    step('connectApp', ['verifyCredentials'], {
      title: 'The app is connected to the Procore company',
      cure: 'In Procore: Company Tools → Admin → App Management → install the app.',
      takesSignIns: 'admin',
    }),
    step('proveOwnership', ['verifyCredentials'], {
      title: 'An admin signs in to Procore and confirms the company',
      cure: 'Sign in to Procore as a company admin and confirm the page that names tenant, partner and company.',
      // a further sign-in reads the list of projects again
      takesSignIns: 'admin',
      repeatInCare: true,
      audits: 'company.bound',
    }),
    step('verifyCompanyTemplate', ['connectApp', 'proveOwnership'], {
      title: 'Company permissions fit',
      cure: 'In Procore: Company Tools → Permissions → the sync user’s company template → set the levels named here.',
      repeatInCare: true,
      mendedBySetUp: true,
    }),
    step('verifyProjectTemplate', ['verifyCompanyTemplate'], {
      title: 'Project permissions fit',
      cure: 'In Procore: Company Tools → Permissions → the sync user’s project template → set the levels named here.',
      repeatInCare: true,
      proves: 'project-levels',
      mendedBySetUp: true,
    }),
    step('assignProjects', ['verifyCompanyTemplate'], {
      title: 'Projects are assigned to the sync user',
      cure: 'Choose the projects here, and add the sync user to them in Procore: Company Tools → Directory → the sync user.',
      repeatInCare: true,
      mendedBySetUp: true,
    }),
    step('matchRecords', ['assignProjects', 'verifyProjectTemplate', 'verifyPartner'], {
      title: 'Projects, employers and people are matched',
      cure: 'Choose the counterpart of each doubtful project, employer and person in the matching list.',
      repeatInCare: true,
      supportMay: true,
      comparesLists: true,
    }),
    step('dryRun', ['matchRecords'], {
      title: 'A dry run shows what would be sent',
      owner: 'support',
      cure: 'Nothing to do; if it lasts, see which project cannot be read.',
      supportMay: true,
    }),
    step('confirm', ['dryRun'], {
      title: 'An admin says go',
      cure: 'Read the dry run and confirm it.',
      audits: 'onboarding.confirmed',
    }),
    step('live', ['confirm'], {
      title: 'Live: the first records are on their way',
      owner: 'support',
      cure: 'Nothing to do; the loops are being started.',
      repeatInCare: true,
    }),
  ],
};
