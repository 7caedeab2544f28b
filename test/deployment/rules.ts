import { type ComposeFile, type Service, variablesOf } from './compose.ts';

/** One rule of the hardening of a deployment (docs/security.md, docs/operations.md): answers what breaks it, by service. */
export interface Rule {
  readonly says: string;
  readonly broken: (file: ComposeFile) => readonly string[];
}

type Entry = readonly [string, Service];
const perService =
  (wrong: (service: Service, name: string) => boolean) =>
  (file: ComposeFile): readonly string[] =>
    Object.entries(file.services)
      .filter(([name, service]) => wrong(service, name))
      .map(([name]) => name);

/** Runs until it is stopped; the others are jobs, or commands behind a profile. */
export const isLongLived = ({ restart }: Service): boolean => restart === 'unless-stopped';

const ownImage = /^groundwork(-proxy)?:\$\{GROUNDWORK_(PREVIOUS_)?VERSION:[?-][^}]*\}$/;
const pinnedImage = /^[a-z/-]+:\d+\.\d+[a-z0-9.-]*\$\{[A-Z_]+_DIGEST:\?[^}]+\}$/;
const reachesOut = new Set(['worker', 'worker-previous', 'codec', 'temporal', 'temporal-ui']);
const writableFolders = new Set(['/archive', '/backup']);
const secretName = /(KEY|SECRET|PASSWORD|PWD|TOKEN|DATABASE_URL)S?$/;
const secretPlace = '/run/secrets/';

const mentionsOf = ({ environment, entrypoint = [], command = [] }: Service): string =>
  [...Object.values(environment), ...entrypoint, ...command].join('\n');

/** Names of files below /run/secrets that a service is told of, by its environment or in a script of ours. */
const toldOf = (service: Service, scripts: string): Set<string> =>
  new Set([...`${mentionsOf(service)}\n${scripts}`.matchAll(/\/run\/secrets\/([a-z0-9_.]+)/g)].map((match) => match[1] ?? ''));

const durationMs = (text: string): number => {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  return Number(count) * (unit === 'm' ? 60_000 : 1000);
};

/** Who may hold what (docs/security.md, table of processes). Certificates and tokens of a process are named after it. */
const holders: Readonly<Record<string, readonly string[]>> = {
  root_key: ['worker', 'worker-previous', 'migrate', 'operator'],
  codec_key: ['api', 'worker', 'worker-previous', 'codec'],
  root_former_keys: ['worker', 'worker-previous', 'migrate', 'operator'],
  codec_former_keys: ['api', 'worker', 'worker-previous', 'codec'],
  sealing_private_key: ['worker', 'worker-previous'],
  procore_client_secret: ['worker', 'worker-previous'],
  smtp_url: ['worker', 'worker-previous'],
  admin_database_url: ['migrate'],
  migrate_database_url: ['operator'],
  upkeep_database_url: ['worker', 'worker-previous', 'operator'],
  temporal_token_operator: ['release', 'temporal-namespace'],
  postgres_admin_password: ['postgres'],
  temporal_database_password: ['postgres', 'temporal', 'temporal-schema'],
  oidc_client_secret: ['temporal-ui'],
};

export const rulesFor = (scriptsOf: (service: Service) => string): readonly Rule[] => [
  {
    says: 'an image is ours and never fetched, or pinned by version and digest',
    broken: perService(
      ({ image, pull_policy }) => !(ownImage.test(image) && pull_policy === 'never') && !pinnedImage.test(image),
    ),
  },
  {
    says: 'only the proxy has ports',
    broken: perService(({ ports, expose }, name) => name !== 'proxy' && Boolean(ports ?? expose)),
  },
  { says: 'nothing can be written to', broken: perService(({ read_only }) => read_only !== true) },
  {
    says: 'every capability is dropped and none added',
    broken: perService(({ cap_drop, cap_add }) => cap_drop?.join() !== 'ALL' || cap_add !== undefined),
  },
  {
    says: 'no process gains privileges',
    broken: perService(({ security_opt }) => !security_opt?.includes('no-new-privileges:true')),
  },
  {
    says: 'nothing of the host is shared',
    broken: perService(({ privileged, devices, network_mode, pid, ipc }) =>
      Boolean(privileged || devices || network_mode || pid || ipc),
    ),
  },
  { says: 'nobody is root', broken: perService(({ user }) => !/^[1-9]\d*:[1-9]\d*$/.test(user ?? '')) },
  {
    says: 'cpu, memory and processes are limited',
    broken: perService(({ deploy }) => {
      const { cpus, memory, pids } = deploy?.resources.limits ?? {};
      return !cpus || !memory || !pids;
    }),
  },
  {
    says: 'logs are rotated',
    broken: perService(({ logging }) => !logging?.options?.['max-size'] || !logging.options['max-file']),
  },
  {
    says: 'services are started again and looked after, jobs end',
    broken: perService((service) =>
      isLongLived(service)
        ? service.healthcheck === undefined
        : service.restart !== 'on-failure:5' && !(service.restart === 'no' && service.profiles?.join() === 'operator'),
    ),
  },
  {
    says: 'networks are internal but for the proxy’s door and the way out',
    broken: ({ networks }) =>
      Object.entries(networks).flatMap(([name, { internal }]) => (internal || ['edge', 'egress'].includes(name) ? [] : [name])),
  },
  {
    says: 'only who must is reached, or reaches out',
    broken: perService(
      ({ networks }, name) =>
        networks.includes('edge') !== (name === 'proxy') || networks.includes('egress') !== reachesOut.has(name),
    ),
  },
  {
    says: 'a secret comes by a file, never by a value',
    broken: perService(({ environment }) =>
      Object.entries(environment).some(
        ([name, value]) =>
          secretName.test(name.replace(/_FILE$/, '')) && !value.startsWith(secretPlace) && !/^(true|false)$/.test(value),
      ),
    ),
  },
  {
    says: 'a service is given the secrets it reads, and no others',
    broken: perService((service) => {
      const told = toldOf(service, scriptsOf(service));
      // what stands inside a connection string of a secret
      const implied = [...told].some((name) => name.endsWith('_database_url')) ? ['internal_ca.pem'] : [];
      const wanted = new Set([...told, ...implied]);
      return [...wanted].sort().join() !== [...service.secrets].sort().join();
    }),
  },
  {
    says: 'each secret is held by those who need it alone',
    broken: (file) =>
      Object.entries(holders).flatMap(([secret, may]) =>
        (Object.entries(file.services) as Entry[])
          .filter(([name, { secrets }]) => secrets.includes(secret) && !may.includes(name))
          .map(([name]) => `${name}: ${secret}`),
      ),
  },
  {
    says: 'every secret and file that is named is declared, and the other way round',
    broken: (file) => {
      const used = Object.values(file.services).flatMap(({ secrets, configs }) => [
        ...secrets,
        ...configs.map(({ source }) => source),
      ]);
      const declared = [...Object.keys(file.secrets), ...Object.keys(file.configs)];
      return [...declared.filter((name) => !used.includes(name)), ...used.filter((name) => !declared.includes(name))];
    },
  },
  {
    says: 'of the host’s folders only the archive and the backups are mounted',
    broken: perService(({ volumes }) =>
      volumes.some((each) => (typeof each === 'string' ? !/^[a-z-]+:\/[a-z/]+$/.test(each) : !writableFolders.has(each.target))),
    ),
  },
  {
    says: 'every variable has a default, or the start is refused without it',
    broken: perService((service) => variablesOf(JSON.stringify(service)).some(({ otherwise }) => otherwise === undefined)),
  },
  {
    says: 'a worker has longer than its own 35 s to stop',
    broken: perService(
      ({ stop_grace_period, command }) =>
        Boolean(command?.includes('dist/worker/main.js')) && !(durationMs(stop_grace_period ?? '') > 35_000),
    ),
  },
  {
    says: 'whoever is waited for exists, and jobs are waited for until they are done',
    broken: (file) =>
      Object.entries(file.services).flatMap(([name, { depends_on }]) =>
        Object.entries(depends_on)
          .filter(([other, { condition }]) => {
            const waited = file.services[other];
            return (
              waited === undefined || condition !== (isLongLived(waited) ? 'service_healthy' : 'service_completed_successfully')
            );
          })
          .map(([other]) => `${name}: ${other}`),
      ),
  },
];
