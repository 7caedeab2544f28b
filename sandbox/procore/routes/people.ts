import type { Call } from '../call.ts';
import { needCompanyLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { found, passes } from '../filters.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import type { Answer, Route } from '../routing.ts';
import { personOf } from '../views/users.ts';

interface PersonRow {
  id: string;
  firstName: string | null;
  lastName: string;
  jobTitle: string | null;
  isEmployee: boolean;
  employeeId: string | null;
  vendorId: string | null;
  originId: string | null;
  active: boolean;
  /** Null for somebody without a login. */
  userId: string | null;
  email: string | null;
}

/** Users (by the id of their directory card) and people without a login ("reference users") of the company. */
function peopleOf({ world }: Call, companyId: string): PersonRow[] {
  const users = world.companyUsers
    .filter((user) => user.companyId === companyId)
    .map((user): PersonRow => {
      const { firstName, lastName, email } = personOf(world, user);
      return { ...user, id: user.contactId, firstName, lastName, email, userId: user.personId };
    });
  const others = world.contacts
    .filter((contact) => contact.companyId === companyId && contact.kind === 'person')
    .map((contact): PersonRow => ({ ...contact, employeeId: null, userId: null, email: null }));
  return [...users, ...others];
}

/** Needs company Directory Read Only. */
const listOf =
  (active: boolean) =>
  (call: Call): Answer => {
    const company = needCompanyLevel(call, 'directory', 'Read Only');
    const { query } = call;
    const withLogin = query.get('filters[without_reference_users]') === 'true';
    const withoutLogin = query.get('filters[reference_users_only]') === 'true';
    const rows = peopleOf(call, company.id).filter(
      (row) =>
        row.active === active &&
        !(withLogin && row.userId === null) &&
        !(withoutLogin && row.userId !== null) &&
        passes(query, 'is_employee', row.isEmployee) &&
        passes(query, 'vendor_id', row.vendorId) &&
        passes(query, 'job_title', row.jobTitle) &&
        found(query, [`${row.firstName ?? ''} ${row.lastName}`, row.email]),
    );
    return pageOf(
      call,
      sorted(call, rows, ({ lastName }) => ({ name: lastName })),
      printPerson,
      usualPages,
    );
  };

function printPerson(row: PersonRow) {
  return {
    id: exactId(row.id),
    first_name: row.firstName,
    last_name: row.lastName,
    job_title: row.jobTitle,
    is_employee: row.isEmployee,
    employee_id: row.employeeId,
    user_id: exactId(row.userId),
    user_uuid: null,
    work_classification_id: null,
    origin_id: row.originId,
    contact: { is_active: row.active, email: row.email },
  };
}

export const peopleRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/people', answer: listOf(true) },
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/people/inactive', answer: listOf(false) },
];
