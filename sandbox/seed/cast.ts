import { addCompanyUser, addVendor } from '../kernel/directory.ts';
import type { Id, Vendor } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';
import { addNamed, addToProjects, type Built, inexactId } from './people.ts';

/** The nine people of the demo, each with just the rights their part needs. */
export function seedCast(world: World, acme: Built, borealis: Built): void {
  const admin = (person: { id: Id }, { companyId, templates }: Built): void => {
    addCompanyUser(world, { companyId, personId: person.id, companyTemplateId: templates.companyAdmin.id });
  };
  admin(addNamed(world, 'Ada', 'Marsh', 'acme'), acme);
  admin(addNamed(world, 'Cleo', 'Ødegård', 'borealis'), borealis);
  const dev = addNamed(world, 'Dev', 'Patel', 'builders', inexactId(1));
  admin(dev, acme);
  admin(dev, borealis);

  const { companyId, templates } = acme;
  const numbered = (...numbers: string[]) => acme.projects.filter((project) => numbers.includes(project.number ?? ''));
  const employ = (first: string, last: string, title: string) => {
    const person = addNamed(world, first, last, 'acme');
    addCompanyUser(world, { companyId, personId: person.id, jobTitle: title, companyTemplateId: templates.employee.id });
    return person;
  };
  const outside = (first: string, last: string, domain: string, vendor: Vendor | undefined) => {
    const person = addNamed(world, first, last, domain);
    addCompanyUser(world, { companyId, personId: person.id, isEmployee: false, vendorId: vendor?.id ?? null });
    return person;
  };
  addToProjects(world, employ('Ben', 'Ito', 'Project Manager'), numbered('AC-101', 'AC-201'), templates.projectAdmin.id);
  addToProjects(world, employ('Gus', 'Romero', 'Project Engineer'), numbered('AC-101', 'AC-102'), templates.projectAdmin.id);
  addToProjects(world, employ('Tess', "O'Hara", 'Estimator'), numbered('AC-101', 'AC-102'), templates.readOnly.id);
  addToProjects(
    world,
    outside('Eve', 'Lang', 'southern-cross', acme.firmVendors.get('concrete')),
    numbered('AC-101'),
    templates.readOnly.id,
  );
  const studio = addVendor(world, { companyId, name: 'North Studio Architects', emailAddress: 'office@north-studio.example' });
  addToProjects(world, outside('Ria', 'Solà', 'north-studio', studio), numbered('AC-101', 'AC-102'), templates.designTeam.id);
  addToProjects(world, outside('Sam', 'Wu', 'north-studio', studio), numbered('AC-101', 'AC-301'), templates.designTeam.id);
}
