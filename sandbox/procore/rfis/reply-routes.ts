import type { Rfi, RfiReply } from '../../kernel/model-rfis.ts';
import { bodyOf, type Call, idParam } from '../call.ts';
import { takeUploads } from '../files/attachments.ts';
import { givenFlag, givenText } from '../given.ts';
import { pageOf, usualPages } from '../paging.ts';
import { notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { sendsEmails } from '../send-emails.ts';
import { givenUploads } from './fields.ts';
import { mailAboutReply } from './mails.ts';
import { repliesTo } from './records.ts';
import { createReply, deleteReply, setOfficial } from './replies.ts';
import { livingRfi } from './sight.ts';
import { shownReply } from './views.ts';

/** Who may see an RFI sees its answers. */
function list(call: Call): Answer {
  const rows = repliesTo(call.world, livingRfi(call, 'rfi_id'));
  return pageOf(call, rows, (reply) => shownReply(call, reply), usualPages);
}

function replyOfPath(call: Call): { rfi: Rfi; reply: RfiReply } {
  const rfi = livingRfi(call, 'rfi_id');
  const reply = call.world.rfiReplies.get(idParam(call, 'id'));
  if (reply?.rfiId !== rfi.id) throw notFound();
  return { rfi, reply };
}

function show(call: Call): Answer {
  return { status: 200, body: shownReply(call, replyOfPath(call).reply) };
}

/** Not idempotent. The author is the token's user, whoever a body names. */
function create(call: Call): Answer {
  const rfi = livingRfi(call, 'rfi_id');
  const body = bodyOf(call, 'reply');
  const given = { body: givenText(body, 'body') ?? '', official: givenFlag(body, 'official') };
  const attach = () => takeUploads(call, givenUploads(body));
  const reply = createReply(call.world, call.actor, rfi, given, attach);
  mailAboutReply(call.world, call.actor, reply, sendsEmails(call));
  return { status: 201, body: shownReply(call, reply) };
}

/** Everything but `official` is ignored [oas]. */
function update(call: Call): Answer {
  const { rfi, reply } = replyOfPath(call);
  const official = givenFlag(bodyOf(call, 'reply'), 'official');
  const saved = official === undefined ? reply : setOfficial(call.world, call.actor, rfi, reply, official);
  return { status: 200, body: shownReply(call, saved) };
}

/** 200; no body is documented [unk]: an empty object. */
function remove(call: Call): Answer {
  const { rfi, reply } = replyOfPath(call);
  deleteReply(call.world, call.actor, rfi, reply);
  return { status: 200, body: {} };
}

const replies = '/rest/v1.0/projects/{project_id}/rfis/{rfi_id}/replies';

export const replyRoutes: readonly Route[] = [
  { method: 'GET', path: replies, answer: list },
  { method: 'POST', path: replies, answer: create },
  { method: 'GET', path: `${replies}/{id}`, answer: show },
  { method: 'PATCH', path: `${replies}/{id}`, answer: update },
  { method: 'DELETE', path: `${replies}/{id}`, answer: remove },
];
