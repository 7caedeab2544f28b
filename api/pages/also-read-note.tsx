import type { VNode } from 'preact';
import type { AlsoRead } from './read-again.ts';
import type { Visit } from './visits.ts';

/** What else is read with the person's authorization once they say yes; nothing if that is nothing. */
export const AlsoReadNote = ({ visit, also }: { readonly visit: Visit; readonly also: AlsoRead }): VNode | null =>
  also.projectNames.length === 0 ? null : (
    <p role="status">
      Your authorization holds for all that you connected for {visit.tenantName}. With your yes these are read again with it as
      well: <strong>{also.projectNames.join(', ')}</strong>. To leave one out, ask {visit.tenantName} to disconnect it before you
      go on.
    </p>
  );
