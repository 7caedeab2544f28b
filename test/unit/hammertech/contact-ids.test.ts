import { expect, test } from '@jest/globals';
import { createMemory } from '../../../shared/domain/memory.ts';
import { manpowerContacts } from '../../../shared/partners/hammertech/manpower-contacts.ts';
import type { ProjectContext } from '../../../shared/partners/stream.ts';

const acme = { id: '77', name: 'Acme' };
const bolt = { id: '78', name: 'Bolt' };
const cards = [
  { id: '901', name: 'ACME' },
  { id: '902', name: 'Bolt' },
];

/** The ids of a project that offers those cards; `read` lists what it was asked for. */
function projectWith(contactOptions: readonly object[]) {
  const listed: Readonly<Record<string, readonly object[]>> = {
    listContactOptions: contactOptions,
    listVendorOptions: [acme, bolt],
    listVendors: [acme, bolt],
  };
  const read: string[] = [];
  const procore = {
    company: { companyId: '1' },
    async *pages({ operationId }: { readonly operationId: string }) {
      read.push(operationId);
      yield listed[operationId] ?? [];
    },
  };
  const context = { procore, project: { procoreProjectId: '5' }, memory: createMemory(), authors: ['3'] };
  return { contacts: manpowerContacts(context as unknown as ProjectContext), read };
}

test('where each name has one card, the cards are all that is asked for, once', async () => {
  const { contacts, read } = projectWith(cards);
  expect(await contacts.idsFor(acme)).toEqual({ ids: ['901'], known: true });
  expect(await contacts.idsFor(bolt)).toEqual({ ids: ['902'], known: true });
  expect(read).toEqual(['listContactOptions']);
});

test('two cards of one name, and a vendor without a name: the project’s vendors are asked for too', async () => {
  const { contacts, read } = projectWith([...cards, { id: '903', name: 'Acme' }]);
  expect(await contacts.idsFor(acme)).toEqual({ ids: ['77'], known: true });
  expect(await contacts.idsFor({ id: '78', name: '' })).toEqual({ ids: ['902', '78'], known: true });
  expect(read).toEqual(['listContactOptions', 'listVendorOptions']);
});

test('a card that was answered for under another vendor is not tried again', async () => {
  const { contacts } = projectWith(cards);
  contacts.noteMeaning(acme, '901', '78');
  expect(await contacts.idsFor(acme)).toEqual({ ids: ['77'], known: true });
  expect(await contacts.idsFor(bolt)).toEqual({ ids: ['902'], known: true });
});

test('a refused card leaves the vendor’s own id to try; where that one is taken, the next vendor begins with its own', async () => {
  const { contacts } = projectWith(cards);
  contacts.noteRefusal(acme);
  expect(await contacts.idsFor(acme)).toEqual({ ids: ['901', '77'], known: true });
  contacts.noteKind(acme, '77');
  expect(await contacts.idsFor(bolt)).toEqual({ ids: ['78', '902'], known: true });
});
