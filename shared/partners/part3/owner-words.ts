import type { OwnerWords } from '../owner-words.ts';

/** What is told while the contractor who connected a project does not read it. */
export const ownerWords: OwnerWords = {
  lapsed: (who) => ({
    seen:
      who === null
        ? 'Procore does not accept the contractor’s authorization any more.'
        : `The authorization of ${who}, who connected the project, does not stand any more.`,
    needed: `${who ?? 'The contractor'}, or another admin of the project, signs in to Procore again.`,
    where: 'In the mail that asks for it: Sign in to Procore again.',
  }),
  takenBack: (who) => ({
    seen: `${who === null ? 'The contractor' : `${who}, who connected the project,`} has taken the authorization back.`,
    needed: `Whoever invited invites ${who ?? 'them'}, or another admin of the project, again.`,
    where: 'On this page: Contractor → Invite.',
  }),
  withoutAccess: (who) => ({
    seen: `${who ?? 'The contractor'}, who connected the project, may not read it in Procore any more.`,
    needed: `${who ?? 'The contractor'}, or another admin of the project, signs in to Procore for it.`,
    where: 'In the mail that asks for it: Sign in to Procore.',
  }),
  proposed: {
    seen: 'Someone other than the owner or the invited person signed in to Procore for this project. Nothing is read as them until whoever invited confirms them.',
    needed: 'Whoever invited says that it is right, or invites again; or the owner signs in themselves.',
    where: 'On this page: Contractor → That is right.',
  },
  inviteAgain: 'Invite them again, or another admin of the project. In Part3: Contractor → Invite.',
};
