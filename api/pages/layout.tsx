import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { momentInWords } from '../../shared/mail/words.ts';
import { liveScriptPath, ownStylePath, stylesheetPath } from './browser-files.ts';

/** The contact for help on a page. */
export interface Help {
  readonly partnerTitle: string;
  readonly contact: string;
  readonly hours: string;
}

interface PageProps {
  readonly title: string;
  /** Of the partner the page is about; of every partner if that is unknown. */
  readonly help: readonly Help[];
  /** After how long the page updates by itself: in place with script, by a reload without. */
  readonly refreshSeconds?: number | undefined;
  readonly children: ComponentChildren;
}

/** The frame of every page: readable without script, on a phone, by a screen reader. */
export function Page({ title, help, refreshSeconds, children }: PageProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        {refreshSeconds === undefined ? null : (
          <noscript>
            <meta httpEquiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={stylesheetPath} />
        <link rel="stylesheet" href={ownStylePath} />
        <script src={liveScriptPath} defer />
      </head>
      <body>
        <main data-look-again-seconds={refreshSeconds} aria-live={refreshSeconds === undefined ? undefined : 'polite'}>
          <h1>{title}</h1>
          {children}
        </main>
        <footer>
          {help.length > 1 ? <p>Ask whoever sent you the link, or the support of the platform that it is about.</p> : null}
          {help.map(({ partnerTitle, contact, hours }) => (
            <p key={partnerTitle}>
              Stuck? {partnerTitle} support: <a href={addressOf(contact)}>{contact.replace(/^https:\/\//, '')}</a> ({hours}).
            </p>
          ))}
        </footer>
      </body>
    </html>
  );
}

const addressOf = (contact: string): string => (contact.startsWith('https://') ? contact : `mailto:${contact}`);

interface PressProps {
  /** One of our own paths. */
  readonly action: `/${string}`;
  readonly children: ComponentChildren;
  readonly quiet?: boolean;
  /** What the person was shown and agrees to, sent as hidden fields. */
  readonly carries?: Readonly<Record<string, string>>;
}

/** A form with one button. */
export function Press({ action, children, quiet, carries = {} }: PressProps): VNode {
  return (
    <form method="post" action={action}>
      {Object.entries(carries).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={quiet ? 'quiet' : undefined}>
        {children}
      </button>
    </form>
  );
}

/** Facts for people: a term and its value. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ComponentChildren])[] }): VNode {
  return (
    <dl>
      {rows.map(([word, fact]) => (
        <>
          <dt>
            <strong>{word}</strong>
          </dt>
          <dd>{fact}</dd>
        </>
      ))}
    </dl>
  );
}

/** In UTC; in a browser with script, in the reader's zone. */
export const Moment = ({ at }: { readonly at: Date }): VNode => <time dateTime={at.toISOString()}>{momentInWords(at)}</time>;

export const htmlOf = (page: VNode): string => `<!doctype html>${renderToString(page)}`;
