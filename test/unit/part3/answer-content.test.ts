import { expect, test } from '@jest/globals';
import { contentOf, excerptOf, linesOf, versionOf } from '../../../shared/partners/part3/answering/content.ts';

test('words are what is left without marks: comments, scripts and styles are none, and neither is what an entity names twice', () => {
  expect(excerptOf('<p>Use <b title="a<b">12</b>&nbsp;mm<!-- or 13 --> &amp; 5 &lt; 6</p><script>alert("no")</script >')).toBe(
    'Use 12 mm & 5 < 6',
  );
  expect(excerptOf('a < b, <3 and <unclosed')).toBe('a < b, <3 and <unclosed');
  expect(excerptOf('<!-- unclosed <i>x</i>')).toBe('<!-- unclosed x');
  expect(linesOf('<p>One</p><div>Two<br/>Three</div>\r\nFour')).toBe('One\nTwo\nThree\n\nFour');
});

test('two texts are one content where Procore has only rewritten their marks', () => {
  expect(contentOf('<div class="x">Use <b>12</b> mm.</div>', ['a.pdf', 'b.pdf'])).toBe(
    contentOf('<p>Use <strong>12</strong>\nmm.</p>', ['b.pdf', 'a.pdf']),
  );
  expect(contentOf('Use 12 mm.', [])).not.toBe(contentOf('Use 13 mm.', []));
});

test('two versions are one where their author has only changed the marks: other words, blanks inside them, links and bytes are another', () => {
  const file = { name: 'a.pdf', sha256: 'a'.repeat(64) };
  const other = { name: 'b.pdf', sha256: 'b'.repeat(64) };
  const html = '<p>Use 1 12 mm, see <a href="https://x.example/a?x=1&y=2">4</a>.</p>';
  expect(versionOf('<img src=a.png>', [])).not.toBe(versionOf('<img src=b.png>', []));
  expect(versionOf('<td>1</td><td>12</td>', [])).not.toBe(versionOf('<td>112</td>', []));
  const version = versionOf(html, [file, other]);
  for (const same of [
    `<div>\n${html}</div>`,
    html.replace('Use', '<b>Us</b>e'),
    html.replace('mm,', '<span class="x">mm</span>,'),
    html.replace('</p>', '</P><!-- so -->'),
    html.replace('?x=1&y=2', '?x=1&amp;y=2').replace('"https', "'https").replace('y=2"', "y=2'"),
  ])
    expect([same, versionOf(same, [other, file])]).toEqual([same, version]);
  for (const changed of [
    html.replace('1 12', '112'),
    html.replace('1 12', '1<b>12</b>'),
    ...['sup', 'sub', 'del', 'strike', 's', 'ins'].map((mark) => html.replace('12', `1<${mark}>2</${mark}>`)),
    html.replace('/a?', '/b?'),
    html.replace('x=1', 'x=2'),
    html.replace('Use', 'Take'),
  ])
    expect(versionOf(changed, [file, other])).not.toBe(version);
  expect(versionOf(html, [file])).not.toBe(version);
  expect(versionOf(html, [file, { ...other, sha256: 'c'.repeat(64) }])).not.toBe(version);
  expect(versionOf(html, [file, { ...other, name: 'c.pdf' }])).not.toBe(version);
});

test.each([
  '<sup ',
  'href="',
  "src='",
  'href = ',
  '<b>',
  '<p>',
  '<!--',
  '<script',
  '<style>',
  '<a ',
  '</p',
  '<br ',
  '</p    ',
  '&amp',
  '< ',
])('half a million letters of %j cost no more than their length', (broken) => {
  const text = broken.repeat(Math.ceil(500_000 / broken.length));
  const began = performance.now();
  contentOf(text, []);
  versionOf(text, []);
  excerptOf(text);
  linesOf(text);
  // by the square of its length it would be many minutes
  expect(performance.now() - began).toBeLessThan(5000);
});

test('how a text begins is whole letters, whatever stands where it is cut, and no letter that nothing can keep', () => {
  const begun = excerptOf(`${'x'.repeat(59)}😀 and more`);
  expect(begun).toBe(`${'x'.repeat(59)}😀…`);
  expect(excerptOf('a&#0;b&#xd800;c&#x110000;d')).toBe('a\ufffdb\ufffdc\ufffdd');
});
