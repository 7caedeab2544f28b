import type { Plan } from '../../shared/domain/steps.ts';
import { step } from './step.ts';

/**
 * Part3: the prime consultant invites the general contractor, who signs in to Procore once, chooses the project and connects it.
 * In parallel, those who return documents authorize their own accounts: going live does not wait for the last of them.
 */
export const part3: Plan = {
  partner: 'part3',
  steps: [
    step('verifyPartner', [], {
      title: 'Part3 accepts the access token',
      cure: 'Submit the access token of your organisation at Part3.',
      repeatInCare: true,
      supportMay: true,
      proves: 'partner-login',
    }),
    step('inviteContractor', ['verifyPartner'], {
      title: 'The general contractor is invited',
      cure: 'Invite the contact person of the general contractor by e-mail.',
      followsInvitation: true,
    }),
    step('contractorSignsIn', ['inviteContractor'], {
      title: 'The contractor signs in to Procore',
      owner: 'contractor',
      cure: 'Open the link of the invitation and press Continue with Procore.',
      takesSignIns: 'contractor',
      followsInvitation: true,
    }),
    step('authorizeContractor', ['contractorSignsIn'], {
      title: 'The contractor’s authorization stands',
      owner: 'contractor',
      cure: 'Sign in to Procore again with the link in the mail that asks for it.',
      takesSignIns: 'contractor',
      repeatInCare: true,
    }),
    step('confirmRole', ['authorizeContractor'], {
      title: 'The contractor is an admin, and says so',
      owner: 'contractor',
      cure: 'Sign in as an admin of the project in Procore, and press Yes.',
      followsInvitation: true,
    }),
    step('chooseProject', ['confirmRole'], {
      title: 'Company and project are chosen',
      owner: 'contractor',
      cure: 'Choose the project in the list.',
      followsInvitation: true,
    }),
    step('createConnection', ['chooseProject'], {
      title: 'The project is connected',
      owner: 'contractor',
      cure: 'Press Create connection.',
      audits: 'project.bound',
      followsInvitation: true,
      // another customer may have connected the same two projects meanwhile
      repeatInCare: true,
    }),
    step('verifyTools', ['createConnection'], {
      title: 'RFIs and Submittals can be read',
      owner: 'contractor',
      cure: 'In Procore: Project → Admin → Tool Settings → switch RFIs and Submittals on.',
      repeatInCare: true,
      proves: 'owner-access',
    }),
    step('matchPeople', ['createConnection'], {
      title: 'The design team is found in Procore',
      cure: 'Choose the counterpart of each doubtful person in the matching list.',
      repeatInCare: true,
      supportMay: true,
    }),
    step('authorizeResponders', ['matchPeople'], {
      title: 'Whoever returns documents authorizes Procore',
      owner: 'responder',
      cure: 'Each of them opens the link they were sent and presses Authorize.',
      takesSignIns: 'responder',
      repeatInCare: true,
      holdsUp: false,
    }),
    step('mapResponses', ['verifyTools'], {
      title: 'Procore’s responses are mapped',
      cure: 'Choose what each response of the company means in Part3.',
      repeatInCare: true,
      supportMay: true,
    }),
    step('backfill', ['verifyTools', 'matchPeople'], {
      title: 'It is chosen what of the past is brought over',
      cure: 'Choose none, the open items, or all since a date.',
      // chosen anew on a live connection, it is brought over anew
      repeatInCare: true,
      supportMay: true,
    }),
    step('live', ['verifyTools', 'matchPeople', 'mapResponses', 'backfill'], {
      title: 'Live: the first items are on their way',
      owner: 'support',
      cure: 'Nothing to do; the loop is being started.',
      repeatInCare: true,
    }),
  ],
};
