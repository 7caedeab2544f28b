/**
 * What a page does with script in addition: shows times in the reader's zone, and while it waits, fetches itself again. It replaces
 * its content only if that changed, and keeps the focus, so that a screen reader or a finger is not thrown back to the top. While we
 * cannot be reached it keeps what it showed, and says since when.
 */
const moment = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const main = document.querySelector('main');
/** The content as it was sent, before `showTimes` changes it. */
let sent = main.innerHTML;
let unreachableSince;
/** Screen readers read an alert out when it is added to the page. */
const notice = document.createElement('p');
notice.setAttribute('role', 'alert');

function showTimes() {
  for (const time of main.querySelectorAll('time')) time.textContent = `${moment.format(new Date(time.dateTime))} your time`;
}

/** Everything that can be pressed. */
const pressable = () => [...main.querySelectorAll('a, button')];

function show(page) {
  const next = page.querySelector('main');
  if (next.innerHTML === sent) return;
  sent = next.innerHTML;
  const held = pressable().find((each) => each === document.activeElement)?.textContent;
  const isOther = page.title !== document.title;
  document.title = page.title;
  main.dataset.lookAgainSeconds = next.dataset.lookAgainSeconds ?? '';
  main.replaceChildren(...next.childNodes);
  showTimes();
  const heading = main.querySelector('h1');
  heading.tabIndex = -1;
  const focused = isOther ? heading : pressable().find((each) => held !== undefined && each.textContent === held);
  focused?.focus();
}

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
  if (answer.redirected) return location.assign(answer.url);
  // our refusals are HTML pages too
  if (!answer.headers.get('Content-Type')?.startsWith('text/html')) throw new Error(`answered ${answer.status}`);
  show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
}

async function lookAgain() {
  try {
    await look();
    unreachableSince = undefined;
    notice.remove();
  } catch {
    unreachableSince ??= new Date();
    if (!notice.isConnected) main.after(notice);
    notice.textContent = `We cannot be reached since ${clock.format(unreachableSince)}, so this page may be old. Nothing is lost: it goes on by itself.`;
  }
  wait();
}

function wait() {
  const seconds = Number(main.dataset.lookAgainSeconds);
  if (!seconds) return;
  // a reader who returns from another tab gets a current page at once
  const timer = setTimeout(next, document.hidden ? 60_000 : seconds * 1000);
  document.addEventListener('visibilitychange', next);
  function next() {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', next);
    void lookAgain();
  }
}

showTimes();
wait();
