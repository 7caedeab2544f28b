import type { Project } from '../../kernel/model.ts';
import type { EntryOf } from '../../kernel/model-daily-log.ts';
import { bodyOf, type Call, idParam, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { forbidden, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { loginReference } from '../views/projects.ts';
import { entriesAsked, statusAsked } from './asked.ts';
import { createEntry, deleteEntry, updateEntry } from './entries.ts';
import type { DailyLogKind, EntryFields } from './kind.ts';
import { mayChange, maySee, permissionsOn } from './sight.ts';

/** The five operations of one kind: list, create, show, change, delete. */
export function entryRoutes<Columns extends object, Fields extends EntryFields>(kind: DailyLogKind<Columns, Fields>): Route[] {
  type Entry = EntryOf<Columns>;

  function print(call: Call, project: Project, entry: Entry) {
    return {
      id: exactId(entry.id),
      date: entry.date,
      datetime: entry.datetime,
      position: entry.position,
      created_at: entry.createdAt,
      updated_at: entry.updatedAt,
      created_by: loginReference(call.world, entry.createdBy),
      ...kind.print(call.world, entry),
      ...(kind.showsPermissions(call.world) ? { permissions: permissionsOn(call, project, entry) } : {}),
    };
  }

  /** Of today only unless asked otherwise [doc]. No filter by time of change exists. */
  function list(call: Call): Answer {
    const project = needProjectLevel(call, 'daily_log', 'Read Only');
    const isAsked = entriesAsked(call, project, kind.filtersStatus ? statusAsked(call) : 'all');
    const rows = kind
      .tableOf(call.world)
      .filter((entry) => isAsked(entry) && kind.passes(call.query, entry) && maySee(call, project, entry));
    const ordered = sorted(call, rows, () => ({}));
    return pageOf(call, ordered, (entry) => print(call, project, entry), usualPages);
  }

  function entryOfPath(call: Call, project: Project): Entry {
    const entry = kind.tableOf(call.world).get(idParam(call, 'id'));
    if (entry?.projectId !== project.id || !maySee(call, project, entry)) throw notFound();
    return entry;
  }

  function show(call: Call): Answer {
    const project = needProjectLevel(call, 'daily_log', 'Read Only');
    return { status: 200, body: print(call, project, entryOfPath(call, project)) };
  }

  /** Not idempotent: the same body twice makes two entries. */
  function create(call: Call): Answer {
    const project = needProjectLevel(call, 'daily_log', 'Standard');
    const fields = kind.read(bodyOf(call, kind.singular));
    return { status: 201, body: print(call, project, createEntry(kind, call.world, call.actor, project, fields)) };
  }

  function changeable(call: Call): { project: Project; entry: Entry } {
    const project = needProjectLevel(call, 'daily_log', 'Standard');
    const entry = entryOfPath(call, project);
    if (!mayChange(call, project, entry)) throw forbidden();
    return { project, entry };
  }

  function update(call: Call): Answer {
    const { project, entry } = changeable(call);
    const fields = kind.read(bodyOf(call, kind.singular));
    return { status: 200, body: print(call, project, updateEntry(kind, call.world, call.actor, entry, fields)) };
  }

  /** 200; the body of the answer is not documented [unk]: an empty object. */
  function remove(call: Call): Answer {
    deleteEntry(kind, call.world, call.actor, changeable(call).entry);
    return { status: 200, body: {} };
  }

  const path = `/rest/v1.0/projects/{project_id}/${kind.resource}`;
  return [
    { method: 'GET', path, answer: list },
    { method: 'POST', path, answer: create },
    { method: 'GET', path: `${path}/{id}`, answer: show },
    { method: 'PATCH', path: `${path}/{id}`, answer: update },
    { method: 'DELETE', path: `${path}/{id}`, answer: remove },
  ];
}
