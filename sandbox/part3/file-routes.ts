import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response, type Router } from 'express';
import { seqOf } from '../kernel/traffic.ts';
import { organisationOf } from './bearer.ts';
import { commit, fileKind, type Part3World } from './commits.ts';
import { firstOf, mostOf } from './cuts.ts';
import { createFile, viewOf } from './files.ts';
import { contentRangeOf, rangeOf } from './ranges.ts';
import type { StoredFile } from './records.ts';
import { notFound, type Refused, refuse } from './refusals.ts';
import { ownOf } from './state.ts';

/** Maximum bytes of one upload range; assumed. */
export const maxRangeBytes = 8 * 1024 * 1024;

const gone: Refused = { status: 410, code: 'file-gone', message: 'The file is not there any more.' };

/** Files: create, write in ranges, complete, read in ranges. Bytes stream through and are never held. */
export function fileRouter(part3: Part3World): Router {
  const { state } = part3;
  const { bytes } = state;
  /** Files that a request is writing to right now. */
  const writing = new Set<string>();
  const router = express.Router();

  /** Runs with the file in the path if it is the caller's own. */
  function withFile(run: (file: StoredFile, request: Request<{ id: string }>, response: Response) => void | Promise<void>) {
    return async (request: Request<{ id: string }>, response: Response): Promise<void> => {
      const file = ownOf(state.files, organisationOf(response), request.params.id);
      if (file === undefined) return refuse(response, notFound('file'));
      await run(file, request, response);
    };
  }

  router.post('/', (request, response) => {
    const organisation = organisationOf(response);
    const made = createFile(part3, organisation, request.body, { actor: organisation, seq: seqOf(response) });
    if ('code' in made) return refuse(response, made);
    response.status(made.outcome === 'created' ? 201 : 200).json(viewOf(made.file, bytes));
  });

  router.get(
    '/:id',
    withFile((file, _request, response) => void response.json(viewOf(file, bytes))),
  );

  router.put(
    '/:id/content',
    withFile(async (file, request, response) => {
      if (file.state !== 'open')
        return refuse(response, { status: 409, code: 'not-open', message: `The file is ${file.state}.` });
      if (writing.has(file.id))
        return refuse(response, { status: 409, code: 'busy', message: 'Another range is being written.' });
      const received = bytes.received(file);
      const range = contentRangeOf(request, { size: file.size, received, maxBytes: maxRangeBytes });
      if ('code' in range) {
        response.set('x-received', String(received));
        return refuse(response, range);
      }
      const { socket } = request;
      writing.add(file.id);
      try {
        await bytes.append(file, firstOf(request, mostOf(response)));
      } catch {
        socket.destroy();
        return;
      } finally {
        writing.delete(file.id);
      }
      if (mostOf(response) !== undefined) socket.destroy();
      else response.json(viewOf(file, bytes));
    }),
  );

  router.post(
    '/:id/complete',
    withFile(async (file, _request, response) => {
      if (file.state === 'gone') return refuse(response, gone);
      if (file.state === 'complete') return void response.json(viewOf(file, bytes));
      if (bytes.received(file) !== file.size || (await bytes.sha256(file)) !== file.sha256) {
        bytes.discard(file);
        return refuse(response, {
          status: 422,
          code: 'hash-differs',
          message: 'The bytes are not those announced; send them again.',
        });
      }
      const organisation = organisationOf(response);
      const record: StoredFile = { ...file, state: 'complete', modified: part3.world.clock.instant() };
      commit(part3, fileKind, { organisation, record }, { actor: organisation, seq: seqOf(response) });
      response.json(viewOf(record, bytes));
    }),
  );

  router.get(
    '/:id/content',
    withFile(async (file, request, response) => {
      if (file.state === 'gone') return refuse(response, gone);
      if (file.state === 'open')
        return refuse(response, { status: 409, code: 'not-complete', message: 'The file is not complete.' });
      const range = rangeOf(request, file.size);
      if ('code' in range) {
        response.set('content-range', `bytes */${file.size}`);
        return refuse(response, range);
      }
      const { from, to, isPart } = range;
      response.status(isPart ? 206 : 200).set({
        'content-type': file.contentType,
        'content-length': String(to - from),
        'accept-ranges': 'bytes',
        etag: `"${file.sha256}"`,
        ...(isPart && { 'content-range': `bytes ${from}-${to - 1}/${file.size}` }),
      });
      // a reader that disconnects is not an error of ours
      const most = mostOf(response);
      await pipeline(firstOf(bytes.read(file, from, to), most), response, { end: most === undefined }).catch(() => undefined);
      if (most !== undefined) request.socket.destroySoon();
    }),
  );
  return router;
}
