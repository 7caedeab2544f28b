/** How markup begins: a comment, an element whose content is not text, or any other element. */
const beginnings = /<!--|<(script|style)\b|<\/?([a-z][a-z0-9]*)/gi;

/** Elements within a line: their tags part no words. */
const inline: ReadonlySet<string> = new Set(
  (
    'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub sup ' +
    'time tt u var wbr'
  ).split(' '),
);

/**
 * Removes the tags of elements within a line, and replaces any other tag by a blank; comments, scripts and styles are removed with
 * their content, and unterminated markup is kept as text. The input is untrusted and may be megabytes: no character is searched
 * more than a few times.
 */
export function withoutMarks(html: string): string {
  const ends = {
    comment: endsIn(html, /-->/g),
    script: endsIn(html, /<\/script\s*>/gi),
    style: endsIn(html, /<\/style\s*>/gi),
    element: endsIn(html, />/g),
  };
  const kept: string[] = [];
  let from = 0;
  for (const { 0: mark, 1: silent, 2: element = '', index } of html.matchAll(beginnings)) {
    if (index < from) continue;
    const inside = index + mark.length;
    const whole = mark === '<!--' ? ends.comment(inside) : silent === undefined ? undefined : ends[silentOf(silent)](inside);
    const end = whole ?? (mark === '<!--' ? undefined : ends.element(inside));
    if (end === undefined) continue;
    kept.push(html.slice(from, index), whole === undefined && !inline.has(element.toLowerCase()) ? ' ' : '');
    from = end;
  }
  return kept.join('') + html.slice(from);
}

const silentOf = (name: string): 'script' | 'style' => (name.toLowerCase() === 'script' ? 'script' : 'style');

/** Where the next match ends, from a position on. Positions only grow: a later match, or none, is cached. */
function endsIn(text: string, mark: RegExp): (from: number) => number | undefined {
  let next = { start: -1, end: -1 };
  return (from) => {
    if (next.start < from) {
      mark.lastIndex = from;
      const found = mark.exec(text);
      next = found ? { start: found.index, end: mark.lastIndex } : { start: Number.POSITIVE_INFINITY, end: -1 };
    }
    return next.end === -1 ? undefined : next.end;
  };
}
