import { z } from 'zod';
import { fileStates } from '../kernel/model-files.ts';
import { setFileState } from '../procore/admin/files.ts';
import { type Verb, verb } from './admin.ts';
import { idField } from './fields.ts';

/** Files that hang on records. */
export const fileVerbs: readonly Verb[] = [
  verb(
    'files',
    'set-state',
    'A file vanishes (`missing` answers 404, `gone` 410), is still being processed, or is available again.',
    z.strictObject({ fileId: idField, state: z.enum(fileStates) }),
    setFileState,
  ),
];
