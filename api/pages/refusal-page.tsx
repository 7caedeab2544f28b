import type { VNode } from 'preact';
import { type Help, Page } from './layout.tsx';

/** A page for what cannot continue: what is wrong, and what to do about it. */
export function RefusalPage({
  title,
  says,
  todo,
  help,
}: {
  readonly title: string;
  readonly says: string;
  readonly todo: string;
  readonly help: readonly Help[];
}): VNode {
  return (
    <Page title={title} help={help}>
      <p role="alert">{says}</p>
      <p>{todo}</p>
    </Page>
  );
}

export const refusals = {
  deadLink: {
    title: 'This link does not work any more',
    says: 'It was used to the end, it is older than 14 days, or it is not complete.',
    todo: 'Check that the whole address was opened. Otherwise ask whoever sent it for a new one.',
  },
  deadInvitation: {
    title: 'This invitation does not work any more',
    says: 'What it asks for is connected by now, it was taken back or sent again, it is older than 30 days, or the address is not complete.',
    todo: 'If you connected it, there is nothing left to do. Otherwise look for a newer mail, check that the whole address was opened, or ask whoever invited you for a new one.',
  },
  deadAccount: {
    title: 'This link leads nowhere any more',
    says: 'Nothing of yours is connected now, and what you had authorized was revoked with that; or the address is not complete.',
    todo: 'Check that the whole address was opened, or look for a newer mail.',
  },
  deadRequest: {
    title: 'This link does not work any more',
    says: 'Somebody has signed in by it, you were sent a newer one, it is older than 30 days, or the address is not complete.',
    todo: 'If you have signed in, there is nothing left to do. If you revoked it since, authorize again with the link to your account in the same mail. Otherwise look for a newer mail, or ask whoever manages your projects.',
  },
  passedOnAlready: {
    title: 'It was passed on already',
    says: 'A colleague has this invitation by now. Nothing more was sent.',
    todo: 'Open the link in your mail to see how it stands.',
  },
  otherBrowser: {
    title: 'This sign-in was not started in this browser',
    says: 'What Procore sent was not used, and nothing was connected.',
    todo: 'Open the link that you were given in this browser, and press “Continue with Procore” there.',
  },
  pressedSince: {
    title: 'This sign-in was begun again since',
    says: 'The button was pressed once more after that, here or in another browser, and only the last press counts; or it took longer than ten minutes. Nothing was connected by this one.',
    todo: 'Go on where it was pressed last. Otherwise open the link that you were given, and press “Continue with Procore” again.',
  },
  foreignForm: {
    title: 'The button was not pressed on our page',
    says: 'Nothing was done.',
    todo: 'Open the link that you were given, and press the button there.',
  },
  tooLate: {
    title: 'That was not possible any more',
    says: 'The sign-in has moved on or was pending for too long; nothing was confirmed.',
    todo: 'Open the link that you were given, and sign in again.',
  },
  connectedAlready: {
    title: 'This project is connected already',
    says: 'Nothing was connected: another connection of whoever invited you holds this project.',
    todo: 'Go back and choose another project, or ask whoever invited you which project is meant.',
  },
} as const;
export type Refusal = (typeof refusals)[keyof typeof refusals];
