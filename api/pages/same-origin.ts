import type { RequestHandler } from 'express';
import { PageRefusal } from './answers.tsx';
import { refusals } from './refusal-page.tsx';

/**
 * Accepts a POST only from a page of ours. Browsers say so in Sec-Fetch-Site; if that is missing, Origin must be ours (under
 * `no-referrer` browsers send `Origin: null`, hence the order). A request with neither is refused.
 */
export function fromOurPages(pagesUrl: string): RequestHandler {
  return function checkOrigin(request, _response, next) {
    const site = request.get('Sec-Fetch-Site');
    const ours = site === undefined ? request.get('Origin') === pagesUrl : site === 'same-origin';
    if (!ours) throw new PageRefusal(403, refusals.foreignForm);
    next();
  };
}
