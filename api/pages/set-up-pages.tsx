import type { VNode } from 'preact';
import type { SetUpState } from '../../shared/domain/set-up.ts';
import { isOpen } from '../../shared/domain/set-up.ts';
import type { StoredTask } from '../../shared/store/connections/set-ups.ts';
import { Page } from './layout.tsx';
import type { Visit } from './visits.ts';

/** "Set it up for me": exactly what will be created or changed in Procore, each with a tick box, in the guide's order. */
export function SetUpForm({ visit, action }: { readonly visit: Visit; readonly action: `/${string}` }): VNode | null {
  if (visit.offers.length === 0) return null;
  return (
    <section>
      <h2>Or let us set it up for you</h2>
      <p>
        What is ticked here is done in Procore in your name, once, and shown to you afterwards. Nothing else is changed. Your
        sign-in is kept until it is done, and for an hour at most.
      </p>
      <form method="post" action={action}>
        <input type="hidden" name="companyId" value={visit.companyId ?? ''} />
        {visit.offers.map(({ task, title }) => (
          <label key={task}>
            <input type="checkbox" name="setUp" value={task} checked />
            {title}
          </label>
        ))}
        <button type="submit">Yes, and do what is ticked</button>
      </form>
    </section>
  );
}

/** State is never shown by colour alone: each state is a word. */
const stateWords: Readonly<Record<SetUpState, string>> = {
  asked: 'To do',
  sending: 'Being done',
  unknown: 'Being looked up',
  done: 'Done',
  refused: 'Not done',
};

/** The results of what was ticked; what could not be done is a line to follow by hand. */
export function SetUpPage({ visit }: { readonly visit: Visit }): VNode {
  const open = visit.setUp.some(({ state }) => isOpen(state));
  return (
    <Page
      title={open ? 'We are setting it up in Procore' : 'That is what was set up'}
      help={[visit.help]}
      {...(open && { refreshSeconds: 3 })}
    >
      <p role="status">
        {open
          ? 'This page goes on by itself. You may close it: it is done without it, and your sign-in is given back afterwards.'
          : 'Your sign-in has been given back. You can close this page.'}
      </p>
      <ol>
        {visit.setUp.map((task) => (
          <TaskLine key={task.task} task={task} title={visit.offers.find((offer) => offer.task === task.task)?.title} />
        ))}
      </ol>
    </Page>
  );
}

function TaskLine({ task, title }: { readonly task: StoredTask; readonly title: string | undefined }): VNode {
  const { state, words } = task;
  const waits = state === 'asked' && task.task === 'projects' ? ' Waits until projects are chosen.' : '';
  return (
    <li>
      <strong>{stateWords[state]}:</strong> {title ?? task.task}.{waits} {words?.seen}
      {words?.where === undefined ? null : (
        <>
          {' '}
          By hand: {words.needed} {words.where}
        </>
      )}
    </li>
  );
}
